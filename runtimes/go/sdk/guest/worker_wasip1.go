//go:build plinth

package guest

// The goroutine for handlers is made when the runtime starts, so that the base image has it with a stack that is large
// enough for most. The stack of a new goroutine would grow in each request by several copies, each onto fresh pages.

// workerStackBytes is half of the goroutine's least stack.
const workerStackBytes = 16 << 10

var worker struct {
	requests chan *request
	// free is set while the goroutine waits for a request, but not after a failed request, whose handler may never end.
	free bool
}

func init() {
	worker.requests = make(chan *request)
	go work()
}

// work serves one request after the other.
func work() {
	growStack()
	for {
		worker.free = true
		r := <-worker.requests
		worker.free = false
		r.serve()
	}
}

// assign makes a goroutine serve a request as soon as the caller parks.
func assign(r *request) {
	r.wake = unpark
	if worker.free {
		worker.requests <- r
	} else {
		go r.serve()
	}
}

//go:noinline
func growStack() {
	var room [workerStackBytes]byte
	touch(&room)
}

//go:noinline
func touch(room *[workerStackBytes]byte) {
	room[0] = 1
}
