package message

import (
	"math"
	"net/http"
)

// Room says how many bytes of a body are worth keeping: one more than the host takes, by which the host sees that the body
// is too large. So a response that is refused takes no more memory than the largest that is not.
var Room = func() int { return math.MaxInt }

const (
	// smallBytes is the length up to which bodies grow as append lets them, without a look at Room.
	smallBytes = 1 << 20
	// mostDeclared bounds the memory that a Content-Length alone takes.
	mostDeclared = 16 << 20
)

// grown returns the body with room for n more bytes, as far as Room goes.
func (w *Response) grown(n int) []byte {
	need := len(w.body) + n
	if need <= cap(w.body) || w.method == http.MethodHead {
		return w.body
	}
	switch {
	case w.body == nil && w.declared > int64(n):
		need = int(min(w.declared, mostDeclared))
		if w.canFlow() {
			need = min(need, w.mostKept())
		}
	case w.canFlow() && need > pieceBytes:
		// Once more, and then it leaves.
		need = w.mostKept()
	case need <= smallBytes:
		return w.body
	default:
		// By half, and not to the double: old and new memory are there at the same time.
		need = max(need, len(w.body)+len(w.body)/2)
	}
	if need > smallBytes {
		if w.mostBody == 0 {
			w.mostBody = Room()
		}
		need = min(need, w.mostBody)
	}
	if need <= cap(w.body) {
		return w.body
	}
	return append(make([]byte, 0, need), w.body...)
}

// kept says how many of n bytes are kept. A response to HEAD keeps only the bytes that tell the type of the content.
func (w *Response) kept(n int) int {
	if w.method == http.MethodHead {
		return min(n, sniffBytes-len(w.body))
	}
	if w.mostBody > 0 {
		return min(n, w.mostBody-len(w.body))
	}
	return n
}
