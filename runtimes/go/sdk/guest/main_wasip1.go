//go:build plinth

package guest

import "fmt"

// A collection in a request is wasted where the memory is forgotten afterwards, so none starts while the heap is small. The
// bound leaves room below a tenant's default limit of memory (64 MiB with the base image).
const gcMinimumBytes = 16 << 20

func init() {
	setGCMinimum(gcMinimumBytes)
}

// Run runs a program's main function as its start-up, whose end the host keeps as the program's image: until it has returned
// or, once it has called Handle, waits for something; and until every goroutine that it has started waits, too.
//
// It panics where the program ends up without a handler.
func Run(main func()) {
	loadEnvironment()
	returned := false
	go func() {
		main()
		returned = true
	}()
	for {
		when := park()
		if code, ok := exited(); ok {
			panic(fmt.Sprintf("main has called os.Exit(%d): nothing is left to serve requests", code))
		}
		switch {
		case handler != nil:
			seal()
			return
		case returned:
			panic("main has returned without calling plinth.Handle")
		case when == 0:
			panic("main waits for ever and has not called plinth.Handle. " +
				"A tenant listens on no port: call plinth.Handle(handler) in the place of http.ListenAndServe or http.Serve")
		}
		// Start-up may wait: nothing else is served meanwhile.
		if ns := when - nanotime(); ns > 0 && !sleepThread(ns) {
			panic("main waits for a timer before it has called plinth.Handle, and this host lets no start-up wait")
		}
	}
}
