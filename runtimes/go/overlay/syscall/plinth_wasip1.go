//go:build wasip1

package syscall

import _ "unsafe" // for go:linkname

//go:linkname plinthNote runtime.plinthNote
func plinthNote(what string)

// plinthHasFiles reports whether the host has given the program folders. Tenants get none.
//
//go:linkname plinthHasFiles
func plinthHasFiles() bool { return len(preopens) > 0 }
