// Package guest is the SDK's side towards the host. It keeps the tenant's handler and runs it when the host calls.
//
// With the tag "plinth" and the edits of ../overlay in the package runtime, it is part of a runtime that tenants share.
// There requests run in steps (step_wasip1.go) and may wait without holding the host's thread. Without the tag it is part
// of a static program, whose requests run from beginning to end (static_wasip1.go).
//
// Programs use plinth.dev/sdk. This package is for tools that link programs.
package guest

import (
	"context"
	"net"
	"net/http"
)

// handler is the handler that the program gave to Handle.
var handler http.Handler

// Handle registers the handler. A later call replaces it. nil stands for http.DefaultServeMux, as in net/http.
func Handle(h http.Handler) {
	if h == nil {
		h = http.DefaultServeMux
	}
	handler = h
	server.Handler = h
	handleRegistered()
}

// server stands for the host's server in the contexts of requests.
var server = &http.Server{}

// serverContext has the values that net/http puts into each request's context. Handlers cannot know the address of the
// host's socket, so the address is the one that a server behind a proxy has.
var serverContext = context.WithValue(
	context.WithValue(context.Background(), http.ServerContextKey, server),
	http.LocalAddrContextKey, net.Addr(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}))

// requestKey finds the *request in the context of an *http.Request.
type requestKey struct{}

// WaitUntil runs f in a new goroutine. The request of ctx does not end before f has returned, even if its response has gone
// out. f's context carries ctx's values but does not end when the handler returns.
func WaitUntil(ctx context.Context, f func(ctx context.Context)) {
	r, ok := ctx.Value(requestKey{}).(*request)
	if !ok {
		panic("plinth: WaitUntil needs the context of a request, or one derived from it")
	}
	r.waitUntil(context.WithoutCancel(ctx), f)
}
