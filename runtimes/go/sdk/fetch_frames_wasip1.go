//go:build plinth

package plinth

import (
	"cmp"
	"net/http"
	"strings"
	"unicode/utf8"
)

// The messages of the binding "fetch" (docs/reference/fetch.md).

type fetchRequest struct {
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	Headers [][2]string `json:"headers"`
	// Redirect is always "manual", because http.Client follows redirects itself. The host checks each as a separate request.
	Redirect string `json:"redirect"`
}

type fetchResponse struct {
	Status     int         `json:"status"`
	StatusText string      `json:"statusText"`
	Headers    [][2]string `json:"headers"`
}

func sendRequest(r *http.Request, url string, body []byte) (*http.Response, error) {
	arguments := fetchRequest{cmp.Or(r.Method, http.MethodGet), url, headerList(r), "manual"}
	value, content, err := call(r.Context(), "fetch", "fetch", arguments, body)
	if err != nil {
		return nil, err
	}
	answer, err := decode[fetchResponse](value)
	if err != nil {
		return nil, err
	}
	header := make(http.Header, len(answer.Headers))
	for _, field := range answer.Headers {
		header.Add(field[0], textToLatin1(field[1]))
	}
	return newResponse(r, answer.Status, answer.StatusText, header, content), nil
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

// latin1ToText turns the bytes of a field's value into their form in JSON, which has a code point for each byte.
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
