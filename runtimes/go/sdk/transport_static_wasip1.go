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
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return
	}
	// Or net/http registers "https" itself, for HTTP/2.
	transport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	for _, scheme := range []string{"http", "https"} {
		transport.RegisterProtocol(scheme, roundTripper(roundTrip))
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
