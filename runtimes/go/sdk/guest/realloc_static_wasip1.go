//go:build !plinth

package guest

import _ "unsafe" // for go:linkname

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

// The host asks for memory while it lowers what a call of the program's returns, or before it calls the program. Allocating may
// start a collection, which lets other goroutines run, and where those wait, the host would have to suspend a stack that has its
// own frames in it. A goroutine that is pinned is not made to wait for the collector: the next allocation after that is.
//
//go:wasmexport cabi_realloc
func cabiRealloc(old, oldSize, align, size uint32) uint32 {
	procPin()
	defer procUnpin()
	return reallocate(old, oldSize, align, size)
}
