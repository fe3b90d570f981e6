//go:build wasip1

package runtime

import "unsafe"

// slimAttach makes a slim program known to the runtime of its base and runs its packages' initialisation. The program's
// data and functions are in their places already; p is its moduledata. What plugin.Open does for a plugin
// (plugin_lastmoduleinit) is the model, without its checks: the linker has made them.
//
// There is no typelinksinit: it looks for types that two modules both have, and a program has none that the base has.
//
//go:linkname slimAttach
func slimAttach(p unsafe.Pointer) {
	md := (*moduledata)(p)
	md.next = nil
	lastmoduledatap.next = md
	lastmoduledatap = md
	// The base was captured with random numbers that every program would share. Initialisation must not draw from them: a
	// map keeps the hash seed that it is made with.
	plinthReseed()
	modulesinit()
	lock(&itabLock)
	slimAddItabs(md)
	unlock(&itabLock)
	doInit(md.inittasks)
}
