//go:build plinth

package guest

import (
	"context"
	"errors"
	"slices"
	"unsafe"
)

// Calls of bindings: a frame goes to the host, and a frame comes back (../internal/message/frame.go). The host answers at
// once, or it turns the call into an operation. Then the calling goroutine waits for a channel. Once nothing else can run,
// the request is suspended as for timers. The reply comes with the step in which the operation has ended.

// waitingCall is a call without a reply so far.
type waitingCall struct {
	operation uint32
	// ended gets the one reply. It has room for the reply, because a step must not wait for the calling goroutine.
	ended chan callEnd
}

type callEnd struct {
	reply []byte
	err   error
}

// waiting holds the calls of the request under way, in the order of their begin.
var waiting []waitingCall

// Call gives a frame to the host and returns the host's answer. If ctx ends earlier, Call tells the host that nobody waits
// and returns ctx's error.
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

// endCall hands over the host's reply to an operation. It ignores operations that belong to no call.
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

// giveUp forgets a call, unless it has ended in the meantime. (If the host lets requests follow each other in one memory, a
// call of a later request may have the same number. The channel tells the two apart.)
func giveUp(call waitingCall) {
	i := slices.IndexFunc(waiting, func(other waitingCall) bool { return other.ended == call.ended })
	if i < 0 {
		return
	}
	hostTimerCancel(call.operation)
	waiting = slices.Delete(waiting, i, i+1)
}
