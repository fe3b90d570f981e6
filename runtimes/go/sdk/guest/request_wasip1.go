package guest

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"

	"plinth.dev/sdk/internal/message"
)

// request is one request of the host and what has become of it.
type request struct {
	incoming message.Incoming

	// finished is set when the handler has returned; the three fields of the response stand from then on.
	finished bool
	status   int
	fields   []message.Field
	body     []byte
	// failure, if not empty, says how the handler or a function of WaitUntil ended instead: message and stack.
	failure string

	// answered is set once the host has the response.
	answered bool
	// background is how many functions of WaitUntil are running.
	background int
	// wake, where it is set, is called whenever one of these has changed.
	wake func()
}

// serve runs the handler and whatever it does, a panic included.
func (r *request) serve() {
	// As in net/http, the context of a request ends with it.
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), requestKey{}, r))
	defer r.notify()
	defer cancel()
	defer func() {
		// runtime.Goexit runs deferred functions, and there is nothing to recover.
		if !r.finished && r.failure == "" {
			r.failure = "the handler called runtime.Goexit"
		}
	}()
	defer r.catch("the handler")
	if r.incoming.URI == scheduledURI {
		if err := runScheduled(ctx, &r.incoming); err != nil {
			r.failure = err.Error()
			return
		}
		r.status = http.StatusOK
	} else {
		r.status, r.fields, r.body = r.handle(ctx)
	}
	r.finished = true
}

// handle has the program's handler answer.
func (r *request) handle(ctx context.Context) (status int, fields []message.Field, body []byte) {
	w := message.NewResponse(r.incoming.Method)
	req, err := r.incoming.Request(ctx)
	switch {
	case err != nil:
		http.Error(w, "400 Bad Request", http.StatusBadRequest)
	case handler == nil:
		// A program may have something scheduled and nothing else.
		http.Error(w, "404 page not found", http.StatusNotFound)
	default:
		handler.ServeHTTP(w, req)
	}
	return w.Finish()
}

func (r *request) waitUntil(ctx context.Context, f func(ctx context.Context)) {
	r.background++
	go func() {
		defer r.notify()
		defer func() { r.background-- }()
		defer r.catch("a function of WaitUntil")
		f(ctx)
	}()
}

// catch, deferred, turns a panic into a failure of the request.
func (r *request) catch(who string) {
	switch reason := recover(); reason {
	case nil:
	case http.ErrAbortHandler:
		r.failure = http.ErrAbortHandler.Error()
	default:
		r.failure = fmt.Sprintf("panic in %s: %v\n\n%s", who, reason, debug.Stack())
	}
}

func (r *request) notify() {
	if r.wake != nil {
		r.wake()
	}
}
