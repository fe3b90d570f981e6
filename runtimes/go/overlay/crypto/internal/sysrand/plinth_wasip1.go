//go:build wasip1

package sysrand

import (
	"internal/byteorder"
	_ "unsafe" // for go:linkname
)

//go:linkname plinthNote runtime.plinthNote
func plinthNote(what string)

//go:linkname plinthDrew runtime.plinthDrew
func plinthDrew(number uint64)

// plinthNoteDraw notes a draw, and up to 32 bytes of it, which may become the seed of a generator.
func plinthNoteDraw(b []byte) {
	plinthNote("")
	for i := 0; i+8 <= min(len(b), 32); i += 8 {
		plinthDrew(byteorder.LEUint64(b[i:]))
	}
}
