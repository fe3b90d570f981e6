// Package plinth lets an ordinary net/http program run as a tenant of a Plinth host:
//
//	package main
//
//	import (
//		"fmt"
//		"net/http"
//
//		"plinth.dev/sdk"
//	)
//
//	func main() {
//		http.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) {
//			fmt.Fprintf(w, "hello, %s\n", r.PathValue("name"))
//		})
//		plinth.Handle(nil)
//	}
//
// Package variables, init functions and main run once, when the program is deployed. Each request starts from the memory
// that they leave. The changes of a request are gone after it.
package plinth

import (
	"context"
	"net/http"
)

// Handle makes h serve the requests, or http.DefaultServeMux if h is nil. On a Plinth host it returns at once, and main
// should end soon after. Anywhere else (go run) it serves on localhost, port PORT or 8080, and does not return.
func Handle(h http.Handler) {
	handle(h)
}

// OnRequest makes f run at the beginning of each request, before the handler: for random state of package variables that
// is to differ from request to request. Functions run in the order of the calls. Call OnRequest in main or in an init
// function. Outside of a Plinth host f is not called.
func OnRequest(f func()) {
	onRequest(f)
}

// WaitUntil runs f in a new goroutine. The request of ctx (r.Context() or a context derived from it) does not end before f
// has returned. The response does not wait for f. f gets a context with the values of ctx, which does not end with the
// handler.
func WaitUntil(ctx context.Context, f func(ctx context.Context)) {
	waitUntil(ctx, f)
}
