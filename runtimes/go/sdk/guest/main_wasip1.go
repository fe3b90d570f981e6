//go:build plinth

package guest

import (
	"fmt"
	"os"
)

// No collection starts in a heap of less than this. Most requests then end before the first one, which would be wasted on memory
// that is forgotten afterwards. A larger bound does not pay: from 8 MiB on, touching fresh pages takes as long as collecting
// (allocating 16 MiB in pieces of 1 KiB: 10.7 ms with Go's own 4 MiB, 10.9 ms with 8, 13.5 ms with 16), and a request that
// waits is put aside with all that it has touched.
const gcMinimumBytes = 8 << 20

func init() {
	setGCMinimum(gcMinimumBytes)
	shortTracebacks()
	if len(os.Args) == 0 {
		// Programs count on the first.
		os.Args = []string{"program"}
	}
}

// Prepare makes the runtime ready for a tenant's program. Whoever links one to a shared base calls it before the program's
// package variables and init functions: they may draw random numbers, of which the base image has the same for all, and
// look at the environment.
func Prepare() {
	reseed()
	loadEnvironment()
}

// Run runs a program's main function as its start-up, whose end the host keeps as the program's image: until it has returned
// or, once it has called Handle, waits for something; and until every goroutine that it has started waits, too.
//
// Prepare comes first. Run panics where the program ends up without a handler.
func Run(main func()) {
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
		case handler != nil || scheduled != nil:
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
