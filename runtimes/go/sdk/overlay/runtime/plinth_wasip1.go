// What Plinth adds to the package runtime on wasip1, beside the edits listed in overlay.ts. Used by plinth.dev/sdk/guest.
//
// The host runs a request in steps. A step is one call of an exported function; it must return with an empty WebAssembly
// stack as soon as every goroutine waits, for the host keeps no stack: it may put the memory aside and go on elsewhere. The
// goroutine that the host's call runs on parks itself in plinthPark while the tenant's goroutines run, and the scheduler
// gives it the thread back when nothing else can run, with the time of the next timer.

//go:build wasip1

package runtime

import "unsafe" // also for go:linkname

var plinthStep struct {
	// gp is parked in plinthPark; 0 where no step is under way, and then the scheduler behaves as in any wasip1 program.
	gp guintptr
	// when is the answer of plinthPark.
	when int64
	// exited and exitCode tell of a call of os.Exit.
	exited   bool
	exitCode int32
}

// plinthPark lets other goroutines run until all of them wait, or until plinthUnpark. It returns the time, in nanotime's ns,
// at which the next timer fires: 0 if there is none, -1 after plinthUnpark.
//
//go:linkname plinthPark
func plinthPark() int64 {
	plinthStep.gp.set(getg())
	gopark(nil, nil, waitReasonZero, traceBlockGeneric, 1)
	return plinthStep.when
}

// plinthUnpark ends plinthPark before everything waits: as soon as the calling goroutine gives up the thread.
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

// plinthIdle is called by the scheduler, through beforeIdle, when no goroutine can run. It returns the one to run, or nil to
// go on as usual. (Write barriers are right here: this runs with a P, as timers.check does in the same place.)
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

// plinthExit is what exit does first. In a step the calling goroutine stops for good and the step is told; anything else, a
// fatal error on the system stack above all, ends the instance. (Of the callers that must do without write barriers, none gets
// past the first condition.)
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

// plinthExited reports whether os.Exit was called since it was last asked, and with which code.
//
//go:linkname plinthExited
func plinthExited() (code int32, exited bool) {
	code, exited = plinthStep.exitCode, plinthStep.exited
	plinthStep.exited = false
	return code, exited
}

// plinthSleep blocks the thread for ns. It reports false where the host does not offer that.
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

// plinthNoteSleepers are the goroutines that sleep on a note without a deadline: one that waits for signals, one that reads a
// profile. They are all that the runtime has.
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

// plinthClock makes the monotonic clock go on where an image was captured: the host's may count from another origin after a
// restart of the host or on another machine.
var plinthClock struct {
	// offset is what nanotime adds to the host's clock, ns.
	offset int64
	// sealedWall and sealedMono are the two clocks at plinthSeal, ns; 0 before.
	sealedWall, sealedMono int64
	// awake is set once this memory has been woken, and is false in an image.
	awake bool
}

func plinthWallNanos() int64 {
	sec, nsec := walltime()
	return sec*1e9 + int64(nsec)
}

// plinthSeal ends the start-up of a program whose memory is about to be captured as an image.
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
	if plinthClock.awake || plinthClock.sealedWall == 0 {
		return
	}
	plinthClock.awake = true
	elapsed := max(plinthWallNanos()-plinthClock.sealedWall, 0)
	plinthClock.offset += plinthClock.sealedMono + elapsed - nanotime()
	plinthShiftTimers(elapsed)
}

// plinthShiftTimers puts all timers off: those of the start-up count the time in which the program runs, not the time for
// which its image lay in a file, or each request would begin with all of them firing.
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

// plinthReseed gives the one thread that there is new random state, which math/rand, hash/maphash and new maps draw from.
// (crypto/rand asks the host each time.)
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
	// 64 bits up to Go 1.26, 32 after.
	cheap := rand()
	memmove(unsafe.Pointer(&mp.cheaprand), unsafe.Pointer(&cheap), unsafe.Sizeof(mp.cheaprand))
	mp.locks--
}

// plinthSetGCMinimum sets the size of the heap, in bytes, below which no collection starts. As debug.SetGCPercent, which
// resets it to 4 MiB, but without a change to the growth beyond.
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

// plinthShortTracebacks has fatal errors print what they print in a program. In a library, which a base is to the linker, they
// print all goroutines with the runtime's own frames, too much for a tenant's log.
//
//go:linkname plinthShortTracebacks
func plinthShortTracebacks() {
	traceback_env = 0
	traceback_cache = 1 << tracebackShift
}
