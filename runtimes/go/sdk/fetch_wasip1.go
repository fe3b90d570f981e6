//go:build plinth || plinthcomponent

package plinth

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Outbound HTTP is the binding "fetch" (docs/reference/fetch.md). An http.Transport needs sockets, which do not exist here.

// roundTrip sends a whole request and receives its whole response.
func roundTrip(r *http.Request) (*http.Response, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	// http.Client has already made a header field of user and password.
	target := *r.URL
	target.User = nil
	if target.Opaque != "" {
		// Opaque replaces the path, and String would leave the host out.
		return sendRequest(r, target.Scheme+"://"+target.Host+"/"+strings.TrimPrefix(target.Opaque, "/"), body)
	}
	return sendRequest(r, target.String(), body)
}

// readBody reads a request's body to its end, or until the request's context ends.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer r.Body.Close()
	body, err := readAll(r)
	if err == nil && r.ContentLength > 0 && r.ContentLength != int64(len(body)) {
		err = fmt.Errorf("http: ContentLength=%d with Body length %d", r.ContentLength, len(body))
	}
	return body, err
}

func readAll(r *http.Request) ([]byte, error) {
	// A body with GetBody is in memory, so reading it does not wait.
	if r.GetBody != nil || r.Context().Done() == nil {
		return io.ReadAll(r.Body)
	}
	var body []byte
	var err error
	read := make(chan struct{})
	go func() {
		body, err = io.ReadAll(r.Body)
		close(read)
	}()
	select {
	case <-read:
		return body, err
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	}
}

func newResponse(r *http.Request, status int, text string, header http.Header, content []byte) *http.Response {
	response := &http.Response{
		StatusCode:    status,
		Status:        strconv.Itoa(status) + " " + text,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          io.NopCloser(bytes.NewReader(content)),
		ContentLength: int64(len(content)),
		Request:       r,
	}
	if r.Method == http.MethodHead {
		response.ContentLength = -1
		if length, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64); err == nil {
			response.ContentLength = length
		}
	}
	return response
}
