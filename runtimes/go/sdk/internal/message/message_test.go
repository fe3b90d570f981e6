package message

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// The handlers below run twice: by net/http's server, and on an Incoming and a Response. A client must see the same, except
// for the server's own fields.
func TestResponseAsNetHTTP(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 8192)
	handlers := map[string]http.HandlerFunc{
		"nothing":     func(w http.ResponseWriter, r *http.Request) {},
		"text":        func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") },
		"html":        func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<!DOCTYPE html><p>hello") },
		"binary":      func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("\x89PNG\r\n\x1a\n....")) },
		"long":        func(w http.ResponseWriter, r *http.Request) { io.Copy(w, strings.NewReader(long)) },
		"empty write": func(w http.ResponseWriter, r *http.Request) { w.Write(nil) },
		"status":      func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) },
		"error":       func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusBadGateway) },
		"not found":   http.NotFound,
		"redirect":    func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/there", http.StatusFound) },
		"no content": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusNoContent)
			if _, err := w.Write([]byte("x")); !errors.Is(err, http.ErrBodyNotAllowed) {
				t.Errorf("Write after 204: %v", err)
			}
		},
		"not modified": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"1"`)
			w.WriteHeader(http.StatusNotModified)
		},
		"informational": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusAccepted)
		},
		"repeated": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("X-List", "1")
			w.Header().Add("X-List", "2")
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
			http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
		},
		"header after the fact": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Early", "yes")
			w.WriteHeader(http.StatusOK)
			w.Header().Set("X-Late", "no")
			w.Header().Set("X-Early", "no")
			w.Write([]byte("x"))
		},
		"flushed": func(w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush()
			w.Header().Set("X-Late", "no")
		},
		"superfluous": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusCreated)
			w.WriteHeader(http.StatusOK)
		},
		"no type": func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = nil
			w.Write([]byte("hello"))
		},
		"encoded": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			w.Write([]byte("hello"))
		},
		"declared length": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "5")
			w.Write([]byte("hel"))
			w.Write([]byte("lo"))
			if _, err := w.Write([]byte("!")); !errors.Is(err, http.ErrContentLength) {
				t.Errorf("Write beyond Content-Length: %v", err)
			}
		},
		"strange values": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Lines", " a\r\nb\nc ")
			w.Header()["Bad Name"] = []string{"x"}
			w.Header()["lower-case"] = []string{"x"}
		},
		"content": func(w http.ResponseWriter, r *http.Request) {
			r.Header.Set("Range", "bytes=2-5")
			http.ServeContent(w, r, "x.txt", time.Unix(1_700_000_000, 0), strings.NewReader("0123456789"))
		},
		"response controller": func(w http.ResponseWriter, r *http.Request) {
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
		},
	}
	for name, handler := range handlers {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			t.Run(name+"/"+method, func(t *testing.T) {
				compare(t, handler, method)
			})
		}
	}
}

func compare(t *testing.T, handler http.HandlerFunc, method string) {
	server := httptest.NewServer(handler)
	defer server.Close()
	request, _ := http.NewRequest(method, server.URL+"/a/b?c=d", nil)
	request.Header.Set("Accept-Encoding", "identity")
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	wanted, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer wanted.Body.Close()
	wantedBody, _ := io.ReadAll(wanted.Body)

	in := Incoming{Method: method, URI: server.URL + "/a/b?c=d"}
	r, err := in.Request(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	w := NewResponse(method)
	handler(w, r)
	status, fields, body := w.Finish()

	if status != wanted.StatusCode {
		t.Errorf("status %d, wanted %d", status, wanted.StatusCode)
	}
	if !bytes.Equal(body, wantedBody) {
		t.Errorf("body %q, wanted %q", body, wantedBody)
	}
	header := http.Header{}
	for _, field := range fields {
		header.Add(field.Name, field.Value)
	}
	// These fields are the server's own. The host writes them too.
	for _, name := range []string{"Date", "Content-Length", "Connection"} {
		header.Del(name)
		wanted.Header.Del(name)
	}
	if got, want := fmt.Sprint(header), fmt.Sprint(wanted.Header); got != want {
		t.Errorf("header %s, wanted %s", got, want)
	}
}

func TestInvalidStatusPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	NewResponse("GET").WriteHeader(42)
}

func TestHeadLength(t *testing.T) {
	w := NewResponse("HEAD")
	io.WriteString(w, strings.Repeat("x", 2000))
	_, fields, body := w.Finish()
	if len(body) != 0 || !slices.Contains(fields, Field{"Content-Length", "2000"}) {
		t.Errorf("%d bytes, %v", len(body), fields)
	}
}

// A handler must see the same request as with net/http's server.
func TestRequestAsNetHTTP(t *testing.T) {
	requests := []struct {
		method, target string
		header         [][2]string
		body           string
	}{
		{"GET", "/", nil, ""},
		{"GET", "/a%20b/%2F/c?x=1&x=2&y=%C3%A4", [][2]string{{"x-one", "1"}, {"X-One", "2"}, {"accept", "*/*"}}, ""},
		{"POST", "/form?x=query", [][2]string{{"content-type", "application/x-www-form-urlencoded"}}, "x=body&y=2"},
		{"PUT", "//twice//slashes/../x", [][2]string{{"content-type", "application/octet-stream"}}, "\x00\xff"},
		{"DELETE", "/?", [][2]string{{"cookie", "a=1; b=2"}}, ""},
	}
	for _, request := range requests {
		t.Run(request.method+" "+request.target, func(t *testing.T) {
			var wanted string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { wanted = describe(r) }))
			defer server.Close()
			address := strings.TrimPrefix(server.URL, "http://")
			connection, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			fmt.Fprintf(connection, "%s %s HTTP/1.1\r\nhost: %s\r\n", request.method, request.target, address)
			in := Incoming{Method: request.method, URI: "http://" + address + request.target, Body: []byte(request.body)}
			in.Fields = append(in.Fields, Field{"host", address})
			for _, field := range request.header {
				fmt.Fprintf(connection, "%s: %s\r\n", field[0], field[1])
				in.Fields = append(in.Fields, Field{field[0], field[1]})
			}
			if request.body != "" {
				length := fmt.Sprint(len(request.body))
				fmt.Fprintf(connection, "content-length: %s\r\n", length)
				in.Fields = append(in.Fields, Field{"content-length", length})
			}
			fmt.Fprintf(connection, "connection: close\r\n\r\n%s", request.body)
			io.ReadAll(connection)

			r, err := in.Request(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got := describe(r); got != wanted {
				t.Errorf("got\n%s\nwanted\n%s", got, wanted)
			}
		})
	}
}

func describe(r *http.Request) string {
	r.Header.Del("Connection")
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ParseForm()
	return fmt.Sprintf("%s %#v %s %s %d %s %v\n%q %v %v %v", r.Method, *r.URL, r.Host, r.RequestURI, r.ContentLength, r.Proto,
		r.Header, body, err, r.Form, r.PostForm)
}

func TestURIs(t *testing.T) {
	for uri, wanted := range map[string][2]string{
		"http://a.localhost:8080/x?y": {"a.localhost:8080", "/x?y"},
		"http://a.localhost":          {"a.localhost", "/"},
		"http://a.localhost?q=/":      {"a.localhost", "/?q=/"},
		"https://[::1]:1/":            {"[::1]:1", "/"},
	} {
		in := Incoming{Method: "GET", URI: uri}
		r, err := in.Request(context.Background())
		if err != nil || r.Host != wanted[0] || r.RequestURI != wanted[1] {
			t.Errorf("%s: %v, %v", uri, r, err)
		}
	}
	in := Incoming{Method: "GET", URI: "http://a.localhost/%zz"}
	var escape url.EscapeError
	if _, err := in.Request(context.Background()); !errors.As(err, &escape) {
		t.Errorf("%%zz: %v", err)
	}
}

func TestBodyAfterClose(t *testing.T) {
	in := Incoming{Method: "POST", URI: "http://a.localhost/", Body: []byte("hello")}
	r, _ := in.Request(context.Background())
	part := make([]byte, 2)
	if n, err := r.Body.Read(part); n != 2 || err != nil {
		t.Error(n, err)
	}
	r.Body.Close()
	if _, err := r.Body.Read(part); !errors.Is(err, http.ErrBodyReadAfterClose) {
		t.Error(err)
	}
	if _, err := io.Copy(io.Discard, r.Body); !errors.Is(err, http.ErrBodyReadAfterClose) {
		t.Error(err)
	}
}
