//go:build plinth

package guest

// serveCommand is for the static form.
func serveCommand() {}
