//go:build plinthcomponent

package guest

// ReleaseLifted lets the collector have what the host has lowered for the program and the program has read, once nothing refers to
// it.
func ReleaseLifted() {
	releaseArena()
}
