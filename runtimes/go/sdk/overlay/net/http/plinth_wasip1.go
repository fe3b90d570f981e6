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

// plinthHost sends a request the host's way; nil where the host has none.
var plinthHost func(*Request) (*Response, error)

//go:linkname plinthSetHost
func plinthSetHost(roundTrip func(*Request) (*Response, error)) { plinthHost = roundTrip }

//go:linkname plinthListens net.plinthListens
func plinthListens(address string) bool

// plinthGoesOut reports whether a request is for the host to send. There are no sockets to dial, so all are, as on js where the
// browser sends them, but: those of a transport that was told how to dial, or to ask a proxy, which would not be done; and
// those to the program's own servers (of net/http/httptest, for instance).
func (t *Transport) plinthGoesOut(cm connectMethod) bool {
	told := t.DialTLS != nil || t.DialTLSContext != nil || !plinthDialsAsUsual(t.Dial) || !plinthDialsAsUsual(t.DialContext)
	return plinthHost != nil && !told && cm.proxyURL == nil && !plinthListens(cm.targetAddr)
}

// plinthDialsAsUsual reports whether a function that dials is none, or a net.Dialer's or net.Dial: those say how long to wait,
// as in the transport that net/http's documentation shows and many programs copy, and nothing of another way.
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

// plinthRoundTrip is what roundTrip does in the place of a connection. original is the request as the program gave it.
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

// plinthDemand is the name of a setting by which a program wants more of TLS than the host does, which is to check the server's
// certificate for its name by the usual authorities. To go on without would be to send what was not meant for all of them.
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
