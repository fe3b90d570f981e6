//go:build plinth

package guest

import (
	"bytes"
	"os"
	"strings"
	"unsafe"
)

//go:wasmimport wasi_snapshot_preview1 environ_sizes_get
//go:noescape
func environSizesGet(count, size *uint32) uint32

//go:wasmimport wasi_snapshot_preview1 environ_get
//go:noescape
func environGet(pointers *uint32, text unsafe.Pointer) uint32

// loadEnvironment asks the host for the tenant's environment. The Go runtime has asked before, when it started: that was while
// the base image was made, and there was no tenant.
func loadEnvironment() {
	var count, size uint32
	if environSizesGet(&count, &size) != 0 || count == 0 {
		return
	}
	pointers := make([]uint32, count)
	text := make([]byte, size)
	if environGet(&pointers[0], unsafe.Pointer(unsafe.SliceData(text))) != 0 {
		return
	}
	for entry := range bytes.SplitSeq(text, []byte{0}) {
		if name, value, ok := strings.Cut(string(entry), "="); ok {
			os.Setenv(name, value)
		}
	}
}
