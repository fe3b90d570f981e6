// Plinth's additions to the package runtime on wasip1, besides the edits in overlay.ts. plinth.dev/sdk/guest uses them.
//
// The host runs a request in steps. A step is one call of an exported function. It must return with an empty WebAssembly
// stack as soon as every goroutine waits, because the host keeps no stack: it may put the memory aside and go on elsewhere.
// The goroutine of the host's call parks itself in plinthPark while the tenant's goroutines run. When nothing else can run,
// the scheduler gives it the thread back, with the time of the next timer.

//go:build wasip1

package runtime

import "unsafe" // also for go:linkname

var plinthStep struct {
	// gp is parked in plinthPark. It is 0 if no step is under way. Then the scheduler behaves as in any wasip1 program.
	gp guintptr
	// when is the answer of plinthPark.
	when int64
	// exited and exitCode record a call of os.Exit.
	exited   bool
	exitCode int32
}

// plinthPark lets other goroutines run until all of them wait, or until plinthUnpark. It returns the time, in nanotime's
// ns, at which the next timer fires: 0 if there is none, -1 after plinthUnpark.
//
//go:linkname plinthPark
func plinthPark() int64 {
	plinthStep.gp.set(getg())
	gopark(nil, nil, waitReasonZero, traceBlockGeneric, 1)
	return plinthStep.when
}

// plinthUnpark ends plinthPark as soon as the calling goroutine gives up the thread, even if not everything waits.
//
//go:linkname plinthUnpark
func plinthUnpark() {
	gp := plinthStep.gp.ptr()
	if gp == nil {
		return
	}
	plinthStep.gp = 0
	plinthStep.when = -1
	goready(gp, 1)
}

// The scheduler calls plinthIdle, through beforeIdle, when no goroutine can run. It returns the goroutine to run, or nil to
// go on as usual. (Write barriers are allowed here, because it runs with a P, as timers.check does in the same place.)
//
//go:yeswritebarrierrec
func plinthIdle() *g {
	gp := plinthStep.gp.ptr()
	if gp == nil {
		return nil
	}
	plinthStep.gp = 0
	ts := &getg().m.p.ptr().timers
	ts.lock()
	if len(ts.heap) > 0 {
		// Stopped timers linger in the heap and would wake the request for nothing.
		ts.adjust(0, true)
	}
	plinthStep.when = ts.wakeTime()
	ts.unlock()
	return gp
}

// exit calls plinthExit first. In a step the calling goroutine stops for good, and the step is told. Any other exit ends
// the instance, above all a fatal error on the system stack. (Callers that must do without write barriers do not get past
// the first condition.)
//
//go:yeswritebarrierrec
func plinthExit(code int32) {
	gp := getg()
	if gp == gp.m.g0 || gp != gp.m.curg || plinthStep.gp == 0 {
		return
	}
	plinthStep.exited = true
	plinthStep.exitCode = code
	plinthUnpark()
	for {
		gopark(nil, nil, waitReasonZero, traceBlockGeneric, 1)
	}
}

// plinthExited reports whether os.Exit was called since the last plinthExited, and with which code.
//
//go:linkname plinthExited
func plinthExited() (code int32, exited bool) {
	code, exited = plinthStep.exitCode, plinthStep.exited
	plinthStep.exited = false
	return code, exited
}

// plinthSleep blocks the thread for ns. It reports false if the host does not offer that.
//
//go:linkname plinthSleep
func plinthSleep(ns int64) bool {
	var in subscription
	var out event
	var nevents size
	*in.u.eventtype() = eventtypeClock
	clock := in.u.subscriptionClock()
	clock.id = clockMonotonic
	clock.timeout = timestamp(ns)
	clock.precision = 1e6
	return poll_oneoff(&in, &out, 1, &nevents) == 0
}

// plinthNoteSleepers holds the goroutines that sleep on a note without a deadline. The runtime has only two of them: one
// waits for signals, one reads a profile.
var plinthNoteSleepers [4]struct {
	note *note
	gp   guintptr
}

// plinthNoteSleep parks the calling goroutine until n is woken.
func plinthNoteSleep(n *note) {
	for n.key == 0 {
		i := 0
		for plinthNoteSleepers[i].gp != 0 {
			i++
		}
		plinthNoteSleepers[i].note = n
		plinthNoteSleepers[i].gp.set(getg())
		gopark(nil, nil, waitReasonZero, traceBlockGeneric, 1)
	}
}

func plinthNoteWake(n *note) {
	for i := range plinthNoteSleepers {
		sleeper := &plinthNoteSleepers[i]
		if gp := sleeper.gp.ptr(); gp != nil && sleeper.note == n {
			sleeper.gp = 0
			goready(gp, 1)
		}
	}
}

// plinthClock makes the monotonic clock continue from the capture of an image. The host's clock may count from another
// origin after a restart of the host or on another machine.
var plinthClock struct {
	// offset is added to the host's clock by nanotime, ns.
	offset int64
	// sealedWall and sealedMono are the two clocks at plinthSeal, ns. They are 0 before.
	sealedWall, sealedMono int64
	// awake is set once this memory has been woken. It is false in an image.
	awake bool
}

func plinthWallNanos() int64 {
	sec, nsec := walltime()
	return sec*1e9 + int64(nsec)
}

// plinthSeal ends the start-up of a program, before its memory is captured as an image.
//
//go:linkname plinthSeal
func plinthSeal() {
	plinthClock.sealedWall = plinthWallNanos()
	plinthClock.sealedMono = nanotime()
}

// plinthWake begins a request in a memory that may be a copy of an image. Copies must not draw the same random numbers, and
// must know how much time has passed since the image was captured.
//
//go:linkname plinthWake
func plinthWake() {
	plinthReseed()
	plinthMemory.known = false
	plinthEpoch++
	plinthFresh.salt = rand()
	if plinthClock.awake || plinthClock.sealedWall == 0 {
		return
	}
	plinthClock.awake = true
	elapsed := max(plinthWallNanos()-plinthClock.sealedWall, 0)
	plinthClock.offset += plinthClock.sealedMono + elapsed - nanotime()
	plinthShiftTimers(elapsed)
}

// plinthShiftTimers puts all timers off. Timers of the start-up count the time in which the program runs, and not the time
// for which its image lay in a file. Otherwise all of them would fire at the beginning of each request.
func plinthShiftTimers(ns int64) {
	ts := &getg().m.p.ptr().timers
	ts.lock()
	if len(ts.heap) > 0 {
		ts.adjust(0, true)
		for i := range ts.heap {
			tw := &ts.heap[i]
			tw.timer.lock()
			tw.timer.when += ns
			tw.when = tw.timer.when
			tw.timer.unlock()
		}
		ts.updateMinWhenHeap()
	}
	ts.unlock()
}

// plinthReseed gives the only thread new random state, from which math/rand, hash/maphash and new maps draw. (crypto/rand
// asks the host each time.)
//
//go:linkname plinthReseed
func plinthReseed() {
	var seed [32]byte
	if readRandom(seed[:]) != len(seed) {
		throw("plinth: the host gives no random data")
	}
	mp := getg().m
	mp.locks++
	mp.chacha8.Init(seed)
	// The state has 64 bits up to Go 1.26 and 32 bits after.
	cheap := rand()
	memmove(unsafe.Pointer(&mp.cheaprand), unsafe.Pointer(&cheap), unsafe.Sizeof(mp.cheaprand))
	mp.locks--
}

// plinthSetGCMinimum sets the size of the heap, in bytes, below which no collection starts. debug.SetGCPercent does the
// same, but it resets the size to 4 MiB. This function does not change the growth beyond the size.
//
//go:linkname plinthSetGCMinimum
func plinthSetGCMinimum(bytes uint64) {
	systemstack(func() {
		lock(&mheap_.lock)
		gcController.heapMinimum = bytes
		gcControllerCommit()
		unlock(&mheap_.lock)
	})
}

// plinthShortTracebacks makes fatal errors print the same as in a program. The linker builds a base as a library. In a
// library they print all goroutines with the runtime's own frames, which is too much for a tenant's log.
//
//go:linkname plinthShortTracebacks
func plinthShortTracebacks() {
	traceback_env = 0
	traceback_cache = 1 << tracebackShift
}
