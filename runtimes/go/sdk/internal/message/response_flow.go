package message

import (
	"log"
	"net/http"
	"os"
	"slices"
	"time"
)

// A response flows if the handler flushes it, or if its body is too long to be kept. Then its head and the pieces of its body
// leave while the handler runs.

// Sender takes the parts of a response that flows. It does not keep the pieces.
type Sender interface {
	// Head begins the response with the first piece of its body.
	Head(status int, fields []Field, piece []byte)
	Write(piece []byte)
	// Drained waits until the sent bytes have left, and the client has room for more.
	Drained() error
	// End completes the response with the last piece of its body.
	End(piece []byte)
	// Abort ends the connection.
	Abort()
}

const (
	// mostWhole is the length up to which a body is kept, if the handler does not flush it. A longer one would be put aside
	// with the request, again and again, while its pieces leave.
	mostWhole = 256 << 10
	// mostDeclaredWhole is that length for a body whose length the handler has declared.
	mostDeclaredWhole = 1 << 20
	// pieceBytes is the length of the pieces that leave by themselves.
	pieceBytes = 64 << 10
	// mostAhead is the number of bytes that leave before the client has to have room for more.
	mostAhead = 256 << 10
)

// Flush sends what the handler has written, the header at least.
func (w *Response) Flush() { w.FlushError() }

// FlushError is Flush for http.ResponseController.
func (w *Response) FlushError() error {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.canFlow() || w.broken != nil || w.flows && len(w.body)+w.ahead == 0 {
		return w.broken
	}
	if _, err := w.send(nil); err != nil {
		return err
	}
	return w.drain()
}

// Flows reports whether the head has left, so that End takes the place of Finish.
func (w *Response) Flows() bool { return w.flows }

// End is called when the handler of a response that flows has returned.
func (w *Response) End() {
	if reason := w.cutShort(); reason != "" {
		log.Print("http: ", reason, ": the connection is closed")
		w.Sender.Abort()
		return
	}
	w.Sender.End(w.body)
}

// canFlow reports whether the response may leave in pieces. One without a body is sent whole.
func (w *Response) canFlow() bool {
	return w.Sender != nil && w.bodyAllowed && w.method != http.MethodHead
}

// overflows reports whether bytes have to leave before n more are kept.
func (w *Response) overflows(n int) bool {
	return (w.flows && n >= pieceBytes || len(w.body)+n > w.mostKept()) && w.canFlow()
}

// mostKept is the length of the part of a body that is kept.
func (w *Response) mostKept() int {
	switch {
	case w.flows || w.declared > mostDeclaredWhole:
		return pieceBytes
	case w.declared >= 0:
		return mostDeclaredWhole
	}
	return mostWhole
}

// send lets the kept bytes leave, and the bytes of p behind them, except for the end of p.
func (w *Response) send(p []byte) (int, error) {
	if !w.deadline.IsZero() && w.deadline.Before(time.Now()) {
		w.broken = os.ErrDeadlineExceeded
		return 0, w.broken
	}
	kept := w.body
	w.body = w.body[:0]
	if !w.flows {
		kept = w.begin(kept, p)
	}
	for piece := range slices.Chunk(kept, pieceBytes) {
		if err := w.write(piece); err != nil {
			return 0, err
		}
	}
	if cap(kept) > 2*pieceBytes {
		// Memory of zeros is not put aside with the request.
		clear(kept[:cap(kept)])
		w.body = nil
	}
	rest := p
	for ; len(rest) >= pieceBytes; rest = rest[pieceBytes:] {
		if err := w.write(rest[:pieceBytes]); err != nil {
			return len(p) - len(rest), err
		}
	}
	w.body = append(w.body, rest...)
	return len(p), nil
}

// write sends a piece when the client has room for it.
func (w *Response) write(piece []byte) error {
	if w.ahead >= mostAhead {
		if err := w.drain(); err != nil {
			return err
		}
	}
	w.Sender.Write(piece)
	w.ahead += len(piece)
	return nil
}

// begin lets the head leave, together with the kept bytes if they are few. It returns the bytes that have not left.
// next follows kept.
func (w *Response) begin(kept, next []byte) []byte {
	start := kept
	if len(start) == 0 {
		start = next
	}
	w.sniff(start)
	w.flows = true
	if len(kept) > pieceBytes {
		w.Sender.Head(w.status, w.fields, nil)
		return kept
	}
	w.Sender.Head(w.status, w.fields, kept)
	w.ahead = len(kept)
	return nil
}

func (w *Response) drain() error {
	w.ahead = 0
	w.broken = w.Sender.Drained()
	return w.broken
}
