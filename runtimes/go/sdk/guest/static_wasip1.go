//go:build !plinth

package guest

import (
	"fmt"
	"os"
	"strconv"

	"plinth.dev/sdk/internal/message"
)

// The static form has the interfaces plinth:http/handler and plinth:http/scheduled, for a static component
// (runtimes/go/static). The runtime is Go's own, unchanged. A waiting handler blocks the call, and the host suspends the
// stack meanwhile.

var main func()

// SetMain names the function to run before the first request, because Go does not run the main function of a program that
// exports functions (-buildmode=c-shared).
func SetMain(f func()) {
	main = f
}

// registered gets a value when main has called Handle, or has returned.
var registered = make(chan struct{}, 1)

// handleRegistered is the rest of Handle. It serves the request of a program that was started for one request alone, and it
// lets startMain go on once main waits.
func handleRegistered() {
	serveCommand()
	signal(registered)
}

// startMain runs the program's main function until it has returned, or until it waits after it has called Handle.
func startMain() {
	if main == nil {
		return
	}
	run := main
	main = nil
	go func() {
		defer signal(registered)
		run()
	}()
	// main's code after Handle runs before this goroutine, because main has the one thread until it waits.
	<-registered
}

// serveStatic runs a request until its handler and the functions of WaitUntil have ended.
func serveStatic(r *request) {
	keepEarly()
	startMain()
	if handler == nil && scheduled == nil {
		r.failure = "main has returned without calling plinth.Handle"
		return
	}
	ended := make(chan struct{}, 1)
	r.wake = func() {
		if (r.finished || r.failure != "") && r.background == 0 {
			signal(ended)
		}
	}
	// The handler runs in a new goroutine, because runtime.Goexit may end it.
	go r.serve()
	<-ended
}

func signal(once chan<- struct{}) {
	select {
	case once <- struct{}{}:
	default:
	}
}

// response is the lowered result, held until the host has read it.
var response loweredResponse

//go:wasmexport plinth:http/handler@0.1.0#handle
func handle(methodAt, methodLength, uriAt, uriLength, fieldsAt, fieldsLength, bodyAt, bodyLength uint32) uint32 {
	r := liftRequest(
		words{methodAt, methodLength}, words{uriAt, uriLength}, words{fieldsAt, fieldsLength}, words{bodyAt, bodyLength})
	serveStatic(r)
	if r.failure != "" {
		// The host answers with an error and shows the end of standard error in the log.
		fmt.Fprintln(os.Stderr, r.failure)
		os.Exit(1)
	}
	lowerResponse(&response, r.status, r.fields, r.body)
	return addressOf(&response)
}

// scheduledResult is the lowered result<_, string>.
var scheduledResult loweredMessage

//go:wasmexport plinth:http/scheduled@0.1.0#run
func run(cronAt, cronLength uint32, at uint64) uint32 {
	cron := words{cronAt, cronLength}.text()
	releaseArena()
	r := &request{incoming: message.Incoming{URI: scheduledURI, Fields: []message.Field{
		{Name: "cron", Value: cron},
		{Name: "scheduled-time", Value: strconv.FormatUint(at, 10)},
	}}}
	serveStatic(r)
	result.message = r.failure
	scheduledResult = loweredMessage{message: stringWords(r.failure)}
	if r.failure != "" {
		scheduledResult.tag = 1
	}
	return addressOf(&scheduledResult)
}
