//go:build wasip1

package http

import (
	"context"
	"crypto/tls"
	"errors"
	"reflect"
	"runtime"
	_ "unsafe" // for go:linkname
)

// plinthHost sends a request through the host. It is nil if the host has no way to send requests.
var plinthHost func(*Request) (*Response, error)

//go:linkname plinthSetHost
func plinthSetHost(roundTrip func(*Request) (*Response, error)) { plinthHost = roundTrip }

//go:linkname plinthListens net.plinthListens
func plinthListens(address string) bool

// plinthGoesOut reports whether the host sends a request. It sends all, because there are no sockets to dial, as the
// browser does on js. Exceptions are requests of a transport with its own way to dial or with a proxy, which the host would
// ignore, and requests to the program's own servers (of net/http/httptest, for instance).
func (t *Transport) plinthGoesOut(cm connectMethod) bool {
	told := t.DialTLS != nil || t.DialTLSContext != nil || !plinthDialsAsUsual(t.Dial) || !plinthDialsAsUsual(t.DialContext)
	return plinthHost != nil && !told && cm.proxyURL == nil && !plinthListens(cm.targetAddr)
}

// plinthDialsAsUsual reports whether a function that dials is nil, a net.Dialer's or net.Dial. A net.Dialer only says how
// long to wait, as in the transport in net/http's documentation, which many programs copy. It names no other way.
func plinthDialsAsUsual(dial any) bool {
	f := reflect.ValueOf(dial)
	if f.IsNil() {
		return true
	}
	switch runtime.FuncForPC(f.Pointer()).Name() {
	case "net.(*Dialer).DialContext-fm", "net.(*Dialer).Dial-fm", "net.Dial":
		return true
	}
	return false
}

// plinthRoundTrip replaces a connection in roundTrip. original is the request as the program gave it.
func (t *Transport) plinthRoundTrip(ctx context.Context, cancel context.CancelCauseFunc, cm connectMethod, r, original *Request) (*Response, error) {
	if demand := plinthDemand(t.TLSClientConfig); cm.targetScheme == "https" && demand != "" {
		r.closeBody()
		return nil, errors.New("net/http: the host makes the connections of a tenant, and not as TLSClientConfig." + demand + " demands")
	}
	response, err := plinthHost(r.WithContext(ctx))
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, err
	}
	cancel(errRequestDone)
	response.Request = original
	return response, nil
}

// plinthDemand is the name of a setting that asks for more TLS checks than the host's, which checks the server's
// certificate and name by the usual authorities. Without that check, a request could reach a server that must not get it.
func plinthDemand(c *tls.Config) string {
	switch {
	case c == nil:
		return ""
	case c.RootCAs != nil:
		return "RootCAs"
	case len(c.Certificates) > 0:
		return "Certificates"
	case c.GetClientCertificate != nil:
		return "GetClientCertificate"
	case c.VerifyPeerCertificate != nil:
		return "VerifyPeerCertificate"
	case c.VerifyConnection != nil:
		return "VerifyConnection"
	case c.ServerName != "":
		return "ServerName"
	case c.MinVersion > tls.VersionTLS12:
		return "MinVersion"
	case c.EncryptedClientHelloConfigList != nil:
		return "EncryptedClientHelloConfigList"
	}
	return ""
}
