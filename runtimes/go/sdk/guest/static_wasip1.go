//go:build !plinth

package guest

import (
	"fmt"
	"os"
)

// The static form: the interface plinth:http/handler, for a component with everything inside. The runtime is as Go ships it, and
// where a handler waits, it blocks the call; the host may suspend the stack meanwhile.

var main func()

// SetMain tells what to run before the first request: Go does not run the main function of a program that exports functions
// (-buildmode=c-shared).
func SetMain(f func()) {
	main = f
}

// response is the lowered result, held until the host has read it.
var response loweredResponse

//go:wasmexport plinth:http/handler@0.1.0#handle
func handle(methodAt, methodLength, uriAt, uriLength, fieldsAt, fieldsLength, bodyAt, bodyLength uint32) uint32 {
	if main != nil {
		run := main
		main = nil
		run()
	}
	r := liftRequest(
		words{methodAt, methodLength}, words{uriAt, uriLength}, words{fieldsAt, fieldsLength}, words{bodyAt, bodyLength})
	if handler == nil {
		r.failure = "the program has not called plinth.Handle"
	} else {
		served := make(chan struct{})
		go func() {
			// In a goroutine, which runtime.Goexit may end.
			defer close(served)
			r.serve()
		}()
		<-served
	}
	if r.failure != "" {
		fmt.Fprintln(os.Stderr, r.failure)
		r.status, r.fields, r.body = 500, nil, nil
	}
	lowerResponse(&response, r.status, r.fields, r.body)
	return addressOf(&response)
}
