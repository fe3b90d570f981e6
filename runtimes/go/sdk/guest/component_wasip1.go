//go:build plinthcomponent

package guest

// ReleaseLifted lets the collector free the memory of values that the host has lowered and the program has read, once
// nothing refers to them.
func ReleaseLifted() {
	releaseArena()
}
