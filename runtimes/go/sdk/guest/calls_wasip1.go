//go:build plinth

package guest

import (
	"context"
	"errors"
	"slices"
	"unsafe"
)

// Calls of bindings: a frame goes to the host, and a frame comes back (../internal/message/frame.go). The host answers at
// once, or it makes of the call an operation. Then the goroutine that called waits for a channel, and the request, once
// nothing else can run, is suspended as it is for timers; the reply comes with the step in which the operation has ended.

// waitingCall is a call whose reply has yet to come.
type waitingCall struct {
	operation uint32
	// ended gets the one reply. It has room for it: a step must not wait for the goroutine that called.
	ended chan callEnd
}

type callEnd struct {
	reply []byte
	err   error
}

// waiting are the calls of the request under way, in the order in which they began.
var waiting []waitingCall

// Call gives a frame to the host and returns the frame that it answers. When ctx ends before that, the host is told that
// nobody waits, and the error is ctx's.
func Call(ctx context.Context, frame []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	operation := hostCall(unsafe.Pointer(unsafe.SliceData(frame)), uint32(len(frame)))
	if operation == 0 {
		return takeReply(), nil
	}
	call := waitingCall{operation, make(chan callEnd, 1)}
	waiting = append(waiting, call)
	select {
	case end := <-call.ended:
		return end.reply, end.err
	case <-ctx.Done():
		giveUp(call)
		return nil, ctx.Err()
	}
}

// takeReply copies the frame that the host holds ready.
func takeReply() []byte {
	reply := make([]byte, hostReplySize())
	hostReplyTake(unsafe.Pointer(unsafe.SliceData(reply)))
	return reply
}

// endCall hands over what the host has given for an operation. An operation that is none of a call's is left alone.
func endCall(event *loweredEvent) {
	i := slices.IndexFunc(waiting, func(call waitingCall) bool { return call.operation == event.operation })
	if i < 0 {
		return
	}
	end := callEnd{reply: event.value.bytes()}
	if event.failed != 0 {
		end = callEnd{err: errors.New(event.value.text())}
	}
	waiting[i].ended <- end
	waiting = slices.Delete(waiting, i, i+1)
}

// giveUp forgets a call, unless it has ended in the meantime. (The channel tells the call from one of a later request that has
// the same number, where the host lets requests follow each other in one memory.)
func giveUp(call waitingCall) {
	i := slices.IndexFunc(waiting, func(other waitingCall) bool { return other.ended == call.ended })
	if i < 0 {
		return
	}
	hostTimerCancel(call.operation)
	waiting = slices.Delete(waiting, i, i+1)
}
