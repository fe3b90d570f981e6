package message

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// serve runs a handler on a Response as guest does.
func serve(t *testing.T, handler http.HandlerFunc, method string) (status int, fields []Field, body []byte) {
	in := Incoming{Method: method, URI: "http://a.localhost/"}
	r, err := in.Request(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	w := NewResponse(method)
	handler(w, r)
	return w.Finish()
}

// A client of net/http's server must get no whole response where Finish aborts.
func TestAbortsAsNetHTTP(t *testing.T) {
	handlers := map[string]http.HandlerFunc{
		"less than declared": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "short")
		},
		"nothing of what was declared": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1")
		},
		"beyond the write deadline": func(w http.ResponseWriter, r *http.Request) {
			if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(-time.Second)); err != nil {
				t.Error(err)
			}
			io.WriteString(w, "late")
		},
	}
	for name, handler := range handlers {
		for _, method := range []string{"GET", "POST"} {
			t.Run(name+"/"+method, func(t *testing.T) {
				server := httptest.NewUnstartedServer(handler)
				server.Start()
				defer server.Close()
				request, _ := http.NewRequest(method, server.URL, nil)
				response, err := server.Client().Do(request)
				if err == nil {
					_, err = io.ReadAll(response.Body)
					response.Body.Close()
				}
				if err == nil {
					t.Error("net/http sends a whole response")
				}
				if _, fields, _ := serve(t, handler, method); !slices.Contains(fields, Field{"plinth-abort", ""}) {
					t.Errorf("no abort: %v", fields)
				}
			})
		}
	}
}

func TestDeclaredLengthWithoutBody(t *testing.T) {
	for method, status := range map[string]int{"HEAD": http.StatusOK, "GET": http.StatusNotModified} {
		_, fields, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(status)
		}, method)
		if !slices.Contains(fields, Field{"Content-Length", "100"}) {
			t.Errorf("%s %d: %v", method, status, fields)
		}
	}
}

// What net/http's own ResponseWriter can do must be there, with the same answers.
func TestControlAsNetHTTP(t *testing.T) {
	handler := func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		later := time.Now().Add(time.Hour)
		fmt.Fprintln(w, control.SetWriteDeadline(time.Time{}), control.SetReadDeadline(time.Time{}))
		fmt.Fprintln(w, control.SetWriteDeadline(later), control.SetReadDeadline(later), control.EnableFullDuplex())
		fmt.Fprintln(w, control.Flush())
		_, notifies := w.(http.CloseNotifier)
		_, reads := w.(io.ReaderFrom)
		_, pushes := w.(http.Pusher)
		_, writes := w.(io.StringWriter)
		n, err := io.Copy(w, strings.NewReader("copied\n"))
		fmt.Fprintln(w, notifies, reads, pushes, writes, n, err)
	}
	server := httptest.NewServer(http.HandlerFunc(handler))
	defer server.Close()
	response, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	wanted, _ := io.ReadAll(response.Body)
	if _, _, body := serve(t, handler, "GET"); string(body) != string(wanted) {
		t.Errorf("got\n%s\nwanted\n%s", body, wanted)
	}
}

// A body beyond what the host takes is kept up to one byte more, however it is written.
func TestBodyBeyondRoom(t *testing.T) {
	defer func(room func() int) { Room = room }(Room)
	const room = 3<<20 + 1
	asked := 0
	Room = func() int { asked++; return room }
	for _, piece := range []int{100, 4096, 1 << 20, 5 << 20} {
		for _, declared := range []bool{false, true} {
			const whole = 5 << 20
			w := NewResponse("GET")
			if declared {
				w.Header().Set("Content-Length", fmt.Sprint(whole))
			}
			for written := 0; written < whole; written += piece {
				if n, err := w.Write(make([]byte, min(piece, whole-written))); n != min(piece, whole-written) || err != nil {
					t.Fatal(n, err)
				}
			}
			if _, _, body := w.Finish(); len(body) != room || cap(body) > room+room/4 {
				t.Errorf("pieces of %d, declared %v: %d bytes of %d", piece, declared, len(body), cap(body))
			}
		}
	}
	if asked != 8 {
		t.Errorf("asked %d times", asked)
	}
	Room = func() int { return math.MaxInt }
	w := NewResponse("GET")
	w.Write(make([]byte, 5<<20))
	if _, _, body := w.Finish(); len(body) != 5<<20 {
		t.Errorf("%d bytes", len(body))
	}
}

func TestRemoteAddr(t *testing.T) {
	in := Incoming{Method: "GET", URI: "http://a.localhost/", Fields: []Field{
		{"accept", "*/*"}, {"plinth-client", "[2001:db8::1]:49152"},
	}}
	r, err := in.Request(context.Background())
	if err != nil || r.RemoteAddr != "[2001:db8::1]:49152" || len(r.Header) != 1 {
		t.Errorf("%v, %q, %v", err, r.RemoteAddr, r.Header)
	}
	in = Incoming{Method: "GET", URI: "http://a.localhost/", RemoteAddr: "192.0.2.1:1"}
	if r, _ := in.Request(context.Background()); r.RemoteAddr != "192.0.2.1:1" {
		t.Errorf("%q", r.RemoteAddr)
	}
}
