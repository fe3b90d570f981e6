// Package message turns the host's request into an *http.Request, and a handler's output into the host's response, by the
// rules of net/http's server. It knows nothing of WebAssembly.
package message

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// Field is a header field. Its value holds the bytes from the wire.
type Field struct {
	Name, Value string
}

// clientField has the client's address and port. The host adds it, and lets none of a client's own through.
const clientField = "plinth-client"

// Incoming is the record request of wit/http.wit.
type Incoming struct {
	Method string
	// URI is absolute: "http://shop.localhost:8080/cart?id=7".
	URI    string
	Fields []Field
	Body   []byte
	// RemoteAddr is for hosts that do not tell the client's address in a field.
	RemoteAddr string
}

// Request makes the request for a handler. It keeps the strings and the body, and copies nothing.
//
// It returns an error for a URI that does not parse, which is answered with 400.
func (in *Incoming) Request(ctx context.Context) (*http.Request, error) {
	host, target := splitURI(in.URI)
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return nil, err
	}
	r := &http.Request{
		Method:        in.Method,
		URL:           u,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        make(http.Header, len(in.Fields)),
		Body:          http.NoBody,
		ContentLength: int64(len(in.Body)),
		Host:          host,
		RequestURI:    target,
		RemoteAddr:    in.RemoteAddr,
	}
	if len(in.Body) > 0 {
		b := &body{}
		b.Reset(in.Body)
		r.Body = b
	}
	in.header(r)
	return r.WithContext(ctx), nil
}

// header fills r.Header. One array holds all values, as in net/textproto.
func (in *Incoming) header(r *http.Request) {
	values := make([]string, len(in.Fields))
	for _, field := range in.Fields {
		if field.Name == clientField {
			r.RemoteAddr = field.Value
			continue
		}
		key := textproto.CanonicalMIMEHeaderKey(field.Name)
		if key == "Host" {
			r.Host = field.Value
			continue
		}
		if earlier, ok := r.Header[key]; ok {
			r.Header[key] = append(earlier, field.Value)
			continue
		}
		values[0] = field.Value
		r.Header[key], values = values[:1:1], values[1:]
	}
}

// splitURI returns the authority and the request target, which is path and query.
func splitURI(uri string) (host, target string) {
	_, rest, found := strings.Cut(uri, "://")
	if !found {
		return "", uri
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		return rest, "/"
	}
	host, target = rest[:end], rest[end:]
	if target[0] == '?' {
		target = "/" + target
	}
	return host, target
}

// body reads from memory. After Close it gives the error that net/http gives.
type body struct {
	bytes.Reader
	closed bool
}

func (b *body) Read(p []byte) (int, error) {
	if b.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	return b.Reader.Read(p)
}

func (b *body) WriteTo(w io.Writer) (int64, error) {
	if b.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	return b.Reader.WriteTo(w)
}

func (b *body) Close() error {
	b.closed = true
	return nil
}

var _ io.WriterTo = (*body)(nil)
