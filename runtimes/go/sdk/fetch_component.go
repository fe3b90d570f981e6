//go:build plinthcomponent

package plinth

import (
	"cmp"
	"net/http"
	"unsafe"
)

// Field values are bytes here, as in Go.

//go:wasmimport plinth:fetch/client@0.1.0 fetch
func witFetch(method, url string, headers unsafe.Pointer, count uint32, body unsafe.Pointer, length uint32, redirect uint32,
	result unsafe.Pointer)

// witManual is a case of the enum redirect. The host follows no redirects, because http.Client does.
const witManual = 1

// witField is the type header.
type witField struct {
	name, value witBytes
}

// witResponse is the record response.
type witResponse struct {
	status     uint16
	statusText witBytes
	headers    witBytes
	url        witBytes
	redirected uint8
	body       witBytes
}

func sendRequest(r *http.Request, url string, body []byte) (*http.Response, error) {
	var result struct {
		failed uint8
		// The record response, or the record error at the same place.
		response witResponse
	}
	return witCall(r.Context(),
		func() {
			witKept = r.Header
			fields := make([]witField, 0, len(r.Header))
			for name, values := range r.Header {
				for _, value := range values {
					fields = append(fields, witField{witText(name), witText(value)})
				}
			}
			witFetch(cmp.Or(r.Method, http.MethodGet), url, unsafe.Pointer(unsafe.SliceData(fields)), uint32(len(fields)),
				unsafe.Pointer(unsafe.SliceData(body)), uint32(len(body)), witManual, unsafe.Pointer(&result))
		},
		func() (*http.Response, error) {
			if result.failed != 0 {
				return nil, (*witError)(unsafe.Pointer(&result.response)).lift()
			}
			answer := &result.response
			header := http.Header{}
			for _, field := range witList[witField](answer.headers) {
				header.Add(field.name.text(), field.value.text())
			}
			return newResponse(r, int(answer.status), answer.statusText.text(), header, answer.body.bytes()), nil
		})
}
