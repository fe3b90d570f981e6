//go:build plinth || plinthcomponent

package plinth

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
)

// Outbound HTTP is the binding "fetch" (docs/reference/fetch.md). An http.Transport needs sockets, which are not there.

// roundTrip sends a request whole and receives its response whole.
func roundTrip(r *http.Request) (*http.Response, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	// http.Client has made a header of user and password.
	target := *r.URL
	target.User = nil
	return sendRequest(r, target.String(), body)
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer r.Body.Close()
	return io.ReadAll(r.Body)
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
