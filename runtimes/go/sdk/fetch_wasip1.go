//go:build plinth

package plinth

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Outbound HTTP: http.DefaultTransport, and with it http.DefaultClient, http.Get and so on, is the binding "fetch", whose messages are in
// docs/reference/fetch.md. An http.Transport needs sockets, which are not there.

func init() {
	http.DefaultTransport = transport{}
}

type fetchRequest struct {
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	Headers [][2]string `json:"headers"`
	// Redirect is always "manual": http.Client follows redirects itself, and the host checks each as a request of its own.
	Redirect string `json:"redirect"`
}

type fetchResponse struct {
	Status     int         `json:"status"`
	StatusText string      `json:"statusText"`
	Headers    [][2]string `json:"headers"`
}

type transport struct{}

// RoundTrip sends a request whole and receives its response whole.
func (transport) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	// http.Client has made a header of user and password.
	target := *r.URL
	target.User = nil
	arguments := fetchRequest{cmp.Or(r.Method, http.MethodGet), target.String(), headerList(r), "manual"}
	value, content, err := call(r.Context(), "fetch", "fetch", arguments, body)
	if err != nil {
		return nil, err
	}
	answer, err := decode[fetchResponse](value)
	if err != nil {
		return nil, err
	}
	return answer.response(r, content), nil
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer r.Body.Close()
	return io.ReadAll(r.Body)
}

func headerList(r *http.Request) [][2]string {
	list := make([][2]string, 0, len(r.Header))
	for name, values := range r.Header {
		for _, value := range values {
			list = append(list, [2]string{name, latin1ToText(value)})
		}
	}
	return list
}

func (f *fetchResponse) response(r *http.Request, content []byte) *http.Response {
	response := &http.Response{
		StatusCode:    f.Status,
		Status:        strconv.Itoa(f.Status) + " " + f.StatusText,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        make(http.Header, len(f.Headers)),
		Body:          io.NopCloser(bytes.NewReader(content)),
		ContentLength: int64(len(content)),
		Request:       r,
	}
	for _, field := range f.Headers {
		response.Header.Add(field[0], textToLatin1(field[1]))
	}
	if r.Method == http.MethodHead {
		response.ContentLength = -1
		if length, err := strconv.ParseInt(response.Header.Get("Content-Length"), 10, 64); err == nil {
			response.ContentLength = length
		}
	}
	return response
}

// latin1ToText makes of the bytes of a field's value what stands for them in JSON: a code point for each byte.
func latin1ToText(value string) string {
	if isASCII(value) {
		return value
	}
	var text strings.Builder
	for i := range len(value) {
		text.WriteRune(rune(value[i]))
	}
	return text.String()
}

func textToLatin1(text string) string {
	if isASCII(text) {
		return text
	}
	var value strings.Builder
	for _, point := range text {
		value.WriteByte(byte(point))
	}
	return value.String()
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(point rune) bool { return point >= utf8.RuneSelf }) < 0
}
