//go:build wasip1

package net

import (
	"net/netip"
	"syscall"
	_ "unsafe" // for go:linkname
)

// plinthListens reports whether the program itself has a listener at an address such as "127.0.0.1:8080". On wasip1 the
// network is within the program.
//
//go:linkname plinthListens
func plinthListens(address string) bool {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		return false
	}
	found, ok := sockets.Load(fakeAddr(TCPAddrFromAddrPort(parsed)))
	if !ok {
		return false
	}
	fd := found.(*netFD)
	return fd.sotype == syscall.SOCK_STREAM && fd.incoming != nil
}

// plinthNoNetwork is the error of connections to the outside. It is ECONNREFUSED for programs that look.
type plinthNoNetwork struct{}

func (plinthNoNetwork) Error() string {
	return "a tenant has no network of its own: http.Client sends requests through the host"
}

func (plinthNoNetwork) Is(target error) bool { return target == syscall.ECONNREFUSED }

// plinthOutside reports whether an address cannot be the program's own.
func plinthOutside(address sockaddr) bool {
	tcp, ok := address.(*TCPAddr)
	return ok && tcp.IP != nil && !tcp.IP.IsLoopback() && !tcp.IP.IsUnspecified()
}
