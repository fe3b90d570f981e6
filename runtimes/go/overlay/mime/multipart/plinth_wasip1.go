//go:build wasip1

package multipart

import _ "unsafe" // for go:linkname

// plinthHasTree reports whether files are in the program's own memory.
//
//go:linkname plinthHasTree syscall.plinthHasTree
func plinthHasTree() bool

// plinthMaxFileMemory is the most bytes of a form's files that may lie in buffers. It is small if files are in memory
// as well, because a buffer is copied as it grows, and a file is not. In a buffer, a part of 8 MiB does not fit into a
// tenant of 64 MiB.
func plinthMaxFileMemory(maxMemory int64) int64 {
	if plinthHasTree() {
		return min(maxMemory, 64<<10)
	}
	return maxMemory
}
