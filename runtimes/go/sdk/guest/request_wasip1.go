package guest

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"runtime/debug"

	"plinth.dev/sdk/internal/message"
)

// request is one request of the host with its outcome.
type request struct {
	incoming message.Incoming

	// finished is set when the handler has returned. From then on the three fields of the response do not change.
	finished bool
	status   int
	fields   []message.Field
	body     []byte
	// response is that of the handler, nil before it runs.
	response *message.Response
	// failure, if not empty, has the message and the stack of a failed handler or a failed function of WaitUntil.
	failure string

	// answered is set once the host has the response.
	answered bool
	// background is the number of running functions of WaitUntil.
	background int
	// wake, if set, is called whenever one of these fields has changed.
	wake func()
}

// serve runs the handler and records its outcome, even a panic.
func (r *request) serve() {
	// The context of a request ends with the request, as in net/http.
	ctx, cancel := context.WithCancel(context.WithValue(serverContext, requestKey{}, r))
	defer r.notify()
	defer cancel()
	defer func() {
		// runtime.Goexit runs deferred functions, but leaves nothing to recover.
		if !r.finished && r.failure == "" {
			r.failure = "the handler called runtime.Goexit"
		}
	}()
	defer r.catch("the handler", r.abort)
	for _, f := range onRequest {
		f()
	}
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

// handle lets the program's handler answer.
func (r *request) handle(ctx context.Context) (status int, fields []message.Field, body []byte) {
	w := message.NewResponse(r.incoming.Method)
	w.Sender = newSender(ctx, r)
	r.response = w
	req, err := r.incoming.Request(ctx)
	switch {
	case err != nil:
		http.Error(w, "400 Bad Request", http.StatusBadRequest)
	case handler == nil:
		// A program may have only a scheduled function.
		http.Error(w, "404 page not found", http.StatusNotFound)
	default:
		handler.ServeHTTP(w, req)
		if req.MultipartForm != nil {
			req.MultipartForm.RemoveAll()
		}
	}
	if w.Flows() {
		w.End()
		return
	}
	return w.Finish()
}

func (r *request) waitUntil(ctx context.Context, f func(ctx context.Context)) {
	r.background++
	go func() {
		defer r.notify()
		defer func() { r.background-- }()
		defer r.catch("a function of WaitUntil", nil)
		f(ctx)
	}()
}

// catch turns a panic into a failure of the request. It must be deferred. abort, if not nil, is called for a panic with
// http.ErrAbortHandler.
func (r *request) catch(who string, abort func()) {
	reason := recover()
	switch {
	case reason == nil:
	case reason == http.ErrAbortHandler && abort != nil:
		abort()
	case reason == http.ErrAbortHandler:
		r.failure = http.ErrAbortHandler.Error()
	default:
		r.failure = fmt.Sprintf("panic in %s: %v\n\n%s", who, reason, debug.Stack())
	}
}

// abort makes the host close the connection, as net/http does.
func (r *request) abort() {
	if r.incoming.URI == scheduledURI {
		r.failure = http.ErrAbortHandler.Error()
		return
	}
	log.Print(http.ErrAbortHandler)
	if r.response != nil && r.response.Flows() {
		r.response.Sender.Abort()
	}
	r.status, r.fields, r.body = message.Aborted()
	r.finished = true
}

func (r *request) notify() {
	if r.wake != nil {
		r.wake()
	}
}
