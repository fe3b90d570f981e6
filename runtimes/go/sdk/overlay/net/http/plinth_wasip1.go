//go:build wasip1

package http

import (
	"net"
	"strconv"
	_ "unsafe" // for go:linkname
)

// plinthHost sends a request the host's way; nil where the host has none.
var plinthHost func(*Request) (*Response, error)

//go:linkname plinthSetHost
func plinthSetHost(roundTrip func(*Request) (*Response, error)) { plinthHost = roundTrip }

//go:linkname plinthListens net.plinthListens
func plinthListens(port int) bool

// plinthGoesOut reports whether an HTTP request is for the host to send. There are no sockets to dial, so all are, as on js
// where the browser sends them, but: those of a transport that was told how to dial, or to ask a proxy, which would not be done;
// and those to the program's own servers (of net/http/httptest, for instance).
func (t *Transport) plinthGoesOut(r *Request) bool {
	told := t.Dial != nil || t.DialContext != nil || t.DialTLS != nil || t.DialTLSContext != nil
	if plinthHost == nil || told || plinthIsOwn(r) {
		return false
	}
	if t.Proxy == nil {
		return true
	}
	proxy, err := t.Proxy(r)
	return proxy == nil && err == nil
}

func plinthIsOwn(r *Request) bool {
	name := r.URL.Hostname()
	if ip := net.ParseIP(name); name != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return false
	}
	port, err := strconv.Atoi(r.URL.Port())
	return err == nil && plinthListens(port)
}
