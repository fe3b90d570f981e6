package message

import (
	"io"
	"net/http"
	"time"
)

// What net/http's own ResponseWriter can do beyond the interface. Programs reach it by http.ResponseController, or by a
// type assertion.

// SetWriteDeadline makes the host close the connection if the handler returns later. The zero time stands for no deadline.
func (w *Response) SetWriteDeadline(deadline time.Time) error {
	w.deadline = deadline
	return nil
}

// SetReadDeadline changes nothing, because the whole request is there before the handler runs.
func (w *Response) SetReadDeadline(time.Time) error { return nil }

// EnableFullDuplex changes nothing, for the same reason.
func (w *Response) EnableFullDuplex() error { return nil }

// CloseNotify never sends. A handler is not told when its client has gone.
func (w *Response) CloseNotify() <-chan bool { return make(chan bool, 1) }

// ReadFrom copies like io.Copy.
func (w *Response) ReadFrom(from io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{w}, from)
}

var (
	_ http.CloseNotifier = (*Response)(nil)
	_ io.ReaderFrom      = (*Response)(nil)
)
