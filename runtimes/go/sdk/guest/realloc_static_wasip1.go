//go:build !plinth

package guest

import _ "unsafe" // for go:linkname

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

// The host asks for memory while it lowers the result of a program's call, or before it calls the program. Allocating may
// start a collection, which lets other goroutines run. If these wait, the host would have to suspend a stack with its own
// frames in it. A pinned goroutine does not wait for the collector. The next allocation without the pin may.
//
//go:wasmexport cabi_realloc
func cabiRealloc(old, oldSize, align, size uint32) uint32 {
	procPin()
	defer procUnpin()
	return reallocate(old, oldSize, align, size)
}
