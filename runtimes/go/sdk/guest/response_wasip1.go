//go:build plinth

package guest

import (
	"context"
	"errors"
	"unsafe"

	"plinth.dev/sdk/internal/message"
)

// A response that flows leaves by calls of the host (docs/reference/streams.md). They are operations without an end,
// except "drained".

var errClosed = errors.New("http: nobody reads the response any more")

// sender sends the response of a request.
type sender struct {
	r   *request
	ctx context.Context
	// frame holds the last frame, and is used for each: all memory that a request writes is put aside when it waits.
	frame []byte
}

func newSender(ctx context.Context, r *request) message.Sender {
	return &sender{r: r, ctx: ctx}
}

func (s *sender) Head(status int, fields []message.Field, piece []byte) {
	s.r.answered = true
	frame := message.Frame(message.BeginHead(status, fields), piece)
	hostCall(unsafe.Pointer(unsafe.SliceData(frame)), uint32(len(frame)))
}

func (s *sender) Write(piece []byte) { s.tell(message.WriteHead, piece) }

func (s *sender) End(piece []byte) { s.tell(message.EndHead, piece) }

func (s *sender) Abort() { s.tell(message.AbortHead, nil) }

func (s *sender) Drained() error {
	reply, err := Call(s.ctx, message.AppendFrame(nil, message.DrainedHead, nil))
	if err != nil {
		return err
	}
	head, _, err := message.SplitFrame(reply)
	for name := range message.Members(head) {
		if name == "error" {
			return errClosed
		}
	}
	return err
}

// tell gives the host a frame that has no reply.
func (s *sender) tell(head string, piece []byte) {
	s.frame = message.AppendFrame(s.frame[:0], head, piece)
	hostCall(unsafe.Pointer(unsafe.SliceData(s.frame)), uint32(len(s.frame)))
}
