package message

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// sent notes what a response sends.
type sent struct {
	calls  []string
	fields []Field
	body   strings.Builder
	err    error
}

func (s *sent) note(call string, piece []byte) {
	s.calls = append(s.calls, call)
	s.body.Write(piece)
}

func (s *sent) Head(status int, fields []Field, piece []byte) {
	s.fields = fields
	s.note(fmt.Sprint("head ", status), piece)
}
func (s *sent) Write(piece []byte) { s.note("write", piece) }
func (s *sent) End(piece []byte)   { s.note("end", piece) }
func (s *sent) Abort()             { s.note("abort", nil) }
func (s *sent) Drained() error {
	s.note("drained", nil)
	return s.err
}

// flowing runs a handler for a response that may flow.
func flowing(method string, handle func(w *Response)) (*Response, *sent) {
	s := &sent{}
	w := NewResponse(method)
	w.Sender = s
	handle(w)
	if w.Flows() {
		w.End()
	}
	return w, s
}

func TestResponseFlows(t *testing.T) {
	cases := map[string]struct {
		handle func(w *Response)
		calls  string
		body   string
	}{
		"each flush lets what was written leave": {func(w *Response) {
			w.WriteHeader(http.StatusAccepted)
			io.WriteString(w, "one")
			w.Flush()
			io.WriteString(w, "two")
			w.Flush()
			w.Flush()
			io.WriteString(w, "three")
		}, "head 202,drained,write,drained,end", "onetwothree"},
		"a flush lets a long piece leave": {func(w *Response) {
			w.Flush()
			w.Write(make([]byte, pieceBytes))
			w.Flush()
		}, "head 200,drained,write,drained,end", string(make([]byte, pieceBytes))},
		"a flush before the body lets the head leave": {func(w *Response) {
			w.Flush()
			w.Flush()
		}, "head 200,drained,end", ""},
		"a controller flushes": {func(w *Response) {
			if err := http.NewResponseController(w).Flush(); err != nil {
				panic(err)
			}
		}, "head 200,drained,end", ""},
		"less than it declares ends the connection": {func(w *Response) {
			w.Header().Set("Content-Length", "5")
			io.WriteString(w, "abc")
			w.Flush()
		}, "head 200,drained,abort", "abc"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, s := flowing("GET", c.handle)
			if calls := strings.Join(s.calls, ","); calls != c.calls || s.body.String() != c.body {
				t.Errorf("%s with %q, want %s with %q", calls, s.body.String(), c.calls, c.body)
			}
		})
	}
}

func TestResponseStaysWhole(t *testing.T) {
	handlers := map[string]func(w *Response){
		"unflushed": func(w *Response) { w.Write(make([]byte, mostWhole)) },
		"declared": func(w *Response) {
			w.Header().Set("Content-Length", strconv.Itoa(mostDeclaredWhole))
			for range 4 {
				w.Write(make([]byte, mostDeclaredWhole/4))
			}
		},
		"empty":      func(w *Response) {},
		"without it": func(w *Response) { w.WriteHeader(http.StatusNoContent); w.Flush() },
	}
	for name, handle := range handlers {
		if _, s := flowing("GET", handle); len(s.calls) > 0 {
			t.Errorf("%s: sent %v", name, s.calls)
		}
	}
	if _, s := flowing("HEAD", func(w *Response) { io.WriteString(w, "a"); w.Flush() }); len(s.calls) > 0 {
		t.Errorf("HEAD: sent %v", s.calls)
	}
}

func TestLongResponseFlows(t *testing.T) {
	for _, size := range []int{1, 1000, pieceBytes, mostWhole + 1, 3 * mostWhole} {
		_, s := flowing("GET", func(w *Response) {
			for left := 3 * mostWhole; left > 0; left -= size {
				if n, err := w.Write(make([]byte, min(size, left))); n != min(size, left) || err != nil {
					t.Fatal(n, err)
				}
			}
		})
		if s.body.Len() != 3*mostWhole {
			t.Errorf("pieces of %d: %d bytes were sent", size, s.body.Len())
		}
		ahead := 0
		for _, call := range s.calls {
			if ahead++; call == "drained" {
				ahead = 0
			}
			if ahead > mostAhead/pieceBytes+2 {
				t.Fatalf("pieces of %d: the handler does not wait for its client: %v", size, s.calls)
			}
		}
		if !slices.ContainsFunc(s.fields, func(f Field) bool { return f.Name == "Content-Type" }) {
			t.Errorf("pieces of %d: no type in %v", size, s.fields)
		}
	}
}

func TestLongDeclaredResponseFlowsAtOnce(t *testing.T) {
	w, s := flowing("GET", func(w *Response) {
		w.Header().Set("Content-Length", strconv.Itoa(mostDeclaredWhole+1))
		w.Write([]byte{1})
		for range 16 {
			w.Write(make([]byte, mostDeclaredWhole/16))
		}
	})
	if s.body.Len() != mostDeclaredWhole+1 || cap(w.body) > 2*pieceBytes || s.calls[len(s.calls)-1] != "end" {
		t.Errorf("%d bytes, %d kept, %v", s.body.Len(), cap(w.body), s.calls)
	}
}

func TestWritesAfterTheEndOfTheClient(t *testing.T) {
	gone := errors.New("gone")
	flowing("GET", func(w *Response) {
		w.Sender.(*sent).err = gone
		if err := w.FlushError(); err != gone {
			t.Errorf("Flush: %v", err)
		}
		if _, err := io.WriteString(w, "x"); err != gone {
			t.Errorf("Write: %v", err)
		}
	})
}

func TestFlushAfterTheDeadline(t *testing.T) {
	_, s := flowing("GET", func(w *Response) {
		w.Flush()
		w.SetWriteDeadline(time.Now().Add(-time.Second))
		io.WriteString(w, "x")
		if err := w.FlushError(); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Flush: %v", err)
		}
	})
	if s.calls[len(s.calls)-1] != "abort" {
		t.Errorf("sent %v", s.calls)
	}
}

func TestBeginHead(t *testing.T) {
	fields := []Field{{"A", "a \"quoted\" \\ value\t"}, {"B", "\xfc\x7f"}}
	head, piece, err := SplitFrame(Frame(BeginHead(201, fields), []byte("piece")))
	if err != nil || string(piece) != "piece" {
		t.Fatal(string(piece), err)
	}
	var call struct {
		Binding, Method string
		Arguments       struct {
			Status  int
			Headers [][2]string
		}
	}
	if err := json.Unmarshal(head, &call); err != nil {
		t.Fatal(err)
	}
	want := [][2]string{{"A", "a \"quoted\" \\ value\t"}, {"B", "\u00fc\u007f"}}
	if call.Binding != "response" || call.Method != "head" || call.Arguments.Status != 201 ||
		!slices.Equal(call.Arguments.Headers, want) {
		t.Errorf("%+v", call)
	}
	for _, head := range []string{string(head), WriteHead, EndHead, DrainedHead, AbortHead} {
		if !strings.HasPrefix(head, `{"binding":"response",`) || !json.Valid([]byte(head)) {
			t.Errorf("%s does not begin with its binding", head)
		}
	}
}
