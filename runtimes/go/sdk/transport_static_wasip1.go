//go:build !plinth

package plinth

import (
	"crypto/tls"
	"net/http"
)

// The toolchain builds static programs with its own net/http. There only registered protocols send requests through the
// host: those of http.DefaultTransport, and so of http.DefaultClient, http.Get and others. http.DefaultTransport stays an
// *http.Transport, as programs expect. A program's own http.Transport, or a clone, cannot send requests.

func init() {
	ordinary, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return
	}
	// Without this, net/http registers "https" itself, for HTTP/2.
	ordinary.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	for _, scheme := range []string{"http", "https"} {
		ordinary.RegisterProtocol(scheme, transport{})
	}
}

// transport is a type with a method and not a func, because the linker leaves out methods that nobody calls. Programs that
// send no requests thus lose this method and the import of fetch.
type transport struct{}

func (transport) RoundTrip(r *http.Request) (*http.Response, error) { return roundTrip(r) }
