//go:build plinth

package guest

// handleRegistered does nothing here. Only the static form needs it.
func handleRegistered() {}
