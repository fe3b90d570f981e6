//go:build plinth

package guest

import (
	"unsafe"

	"plinth.dev/sdk/internal/message"
)

// Imports from the host (docs/reference/javascript.md, "What the host provides").

// hostCall gives a frame to the host. It returns 0 if the reply is ready, or else the number of the reply's operation.
//
//go:wasmimport plinth:host call
//go:noescape
func hostCall(frame unsafe.Pointer, length uint32) uint32

// hostReplySize is the length of the frame that the host holds ready, or 0 if there is none.
//
//go:wasmimport plinth:host reply_size
func hostReplySize() uint32

// hostReplyTake copies the frame into memory with enough room.
//
//go:wasmimport plinth:host reply_take
//go:noescape
func hostReplyTake(at unsafe.Pointer)

// hostTimerStart begins an operation that ends after that many ms, and returns its number.
//
//go:wasmimport plinth:host timer_start
func hostTimerStart(ms float64) uint32

// hostTimerCancel gives up an operation, which is a timer or a call.
//
//go:wasmimport plinth:host timer_cancel
func hostTimerCancel(operation uint32)

// hostLog writes a line of UTF-8 to the tenant's log. Levels: 0 debug, 1 info, 2 warn, 3 error.
//
//go:wasmimport plinth:host log
//go:noescape
func hostLog(level uint32, text unsafe.Pointer, length uint32)

// limitResponseBytes is hostLimit's number for the longest body of a response.
const limitResponseBytes = 1

func init() {
	message.Room = func() int { return int(hostLimit(limitResponseBytes)) + 1 }
}

func logLine(level uint32, line []byte) {
	hostLog(level, unsafe.Pointer(unsafe.SliceData(line)), uint32(len(line)))
}
