//go:build !plinth

package plinth

import (
	"crypto/tls"
	"net/http"
)

// The toolchain builds static programs with its own net/http, where requests go the host's way by protocols that are registered:
// those of http.DefaultTransport, and with it of http.DefaultClient, http.Get and so on. It stays an *http.Transport, which
// programs take it for, but an http.Transport of their own, or a clone, has no way out.

func init() {
	ordinary, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return
	}
	// Or net/http registers "https" itself, for HTTP/2.
	ordinary.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	for _, scheme := range []string{"http", "https"} {
		ordinary.RegisterProtocol(scheme, transport{})
	}
}

// transport has a method and is no func: the linker leaves out methods that nobody calls, and with this one the import of fetch
// by programs that send no requests.
type transport struct{}

func (transport) RoundTrip(r *http.Request) (*http.Response, error) { return roundTrip(r) }
