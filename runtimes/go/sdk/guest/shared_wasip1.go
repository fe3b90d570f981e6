//go:build plinth

package guest

// handleRegistered is for the static form.
func handleRegistered() {}
