//go:build plinth

package guest

import (
	"fmt"
	"os"
)

// No collection starts in a smaller heap. Most requests then end before the first collection, which would be wasted because
// their memory is forgotten afterwards. A larger bound does not pay: from 8 MiB on, touching fresh pages takes as long as
// collecting (allocating 16 MiB in pieces of 1 KiB: 10.7 ms with Go's own 4 MiB, 10.9 ms with 8, 13.5 ms with 16). A
// waiting request is also put aside with all pages that it has touched.
const gcMinimumBytes = 8 << 20

func init() {
	setGCMinimum(gcMinimumBytes)
	shortTracebacks()
	if len(os.Args) == 0 {
		// Programs rely on the first argument.
		os.Args = []string{"program"}
	}
}

// Prepare makes the runtime ready for a tenant's program. A shared base calls it before the program's package variables and
// init functions. These may draw random numbers, and the base image holds the same numbers for all programs. They may also
// read the environment.
func Prepare() {
	tenant()
	reseed()
	loadEnvironment()
}

// Run runs a program's main function as its start-up, until main has returned, or waits after it has called Handle, and
// every goroutine of the program waits too. The host keeps the memory at the end as the program's image.
//
// Call Prepare first. Run panics if the program has no handler at the end.
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
			reportStart()
			seal()
			return
		case returned:
			panic("main has returned without calling plinth.Handle")
		case when == 0:
			panic("main waits for ever and has not called plinth.Handle. " +
				"A tenant listens on no port: call plinth.Handle(handler) in the place of http.ListenAndServe or http.Serve")
		}
		// A start-up may wait, because nothing else is served meanwhile.
		if ns := when - nanotime(); ns > 0 && !sleepThread(ns) {
			panic("main waits for a timer before it has called plinth.Handle, and this host lets no start-up wait")
		}
	}
}
