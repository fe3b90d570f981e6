//go:build wasip1

package syscall

import _ "unsafe" // for go:linkname

//go:linkname plinthNote runtime.plinthNote
func plinthNote(what string)
