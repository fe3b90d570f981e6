// Package guest is the side of the SDK that faces the host: it keeps the tenant's handler, and runs it when the host calls.
//
// Built with the tag "plinth", and with the edits of ../overlay in the package runtime, it is part of a runtime that tenants
// share: requests run in steps (step_wasip1.go) and may wait without holding the host's thread. Built without, it makes a
// static program whose requests run from beginning to end (static_wasip1.go).
//
// Programs use plinth.dev/sdk; this package is for those who link them.
package guest

import (
	"context"
	"net/http"
)

// handler is what the program gave to Handle.
var handler http.Handler

// Handle registers the handler; a later call replaces it. nil stands for http.DefaultServeMux, as in net/http.
func Handle(h http.Handler) {
	if h == nil {
		h = http.DefaultServeMux
	}
	handler = h
	handleRegistered()
}

// requestKey finds the *request in the context of an *http.Request.
type requestKey struct{}

// WaitUntil runs f in a goroutine of its own. The request that ctx belongs to is not over before f has returned, even when
// its response has gone out. f's context carries ctx's values, but does not end when the handler returns.
func WaitUntil(ctx context.Context, f func(ctx context.Context)) {
	r, ok := ctx.Value(requestKey{}).(*request)
	if !ok {
		panic("plinth: WaitUntil needs the context of a request, or one derived from it")
	}
	r.waitUntil(context.WithoutCancel(ctx), f)
}
