//go:build wasip1

package runtime

import "unsafe"

// slimAttach makes a slim program known to the runtime of its base and runs its packages' initialisation. The program's
// data and functions are in their places already. p is the program's moduledata. The model is plugin.Open
// (plugin_lastmoduleinit), without its checks, because the linker has made them.
//
// It needs no typelinksinit, which finds types that two modules share. A program has no type that the base has.
//
//go:linkname slimAttach
func slimAttach(p unsafe.Pointer) {
	md := (*moduledata)(p)
	md.next = nil
	lastmoduledatap.next = md
	lastmoduledatap = md
	// The base was captured with random numbers that every program would share. Initialisation must not draw from them,
	// because a map keeps the hash seed from its creation.
	plinthReseed()
	modulesinit()
	lock(&itabLock)
	slimAddItabs(md)
	unlock(&itabLock)
	doInit(md.inittasks)
}
