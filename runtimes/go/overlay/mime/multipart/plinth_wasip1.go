//go:build wasip1

package multipart

import _ "unsafe" // for go:linkname

//go:linkname plinthHasFiles syscall.plinthHasFiles
func plinthHasFiles() bool
