//go:build plinth

package guest

import "unsafe"

// Imports from the host (docs/reference/javascript.md, "What the host provides").

// hostTimerStart begins an operation that ends after so many ms, and returns its number.
//
//go:wasmimport plinth:host timer_start
func hostTimerStart(ms float64) uint32

//go:wasmimport plinth:host timer_cancel
func hostTimerCancel(operation uint32)

// hostLog writes a line of UTF-8 to the tenant's log. Levels: 0 debug, 1 info, 2 warn, 3 error.
//
//go:wasmimport plinth:host log
//go:noescape
func hostLog(level uint32, text unsafe.Pointer, length uint32)

func logLine(level uint32, line []byte) {
	hostLog(level, unsafe.Pointer(unsafe.SliceData(line)), uint32(len(line)))
}
