//go:build plinth

package guest

import (
	"fmt"
	"runtime"
)

// A request runs in steps. In each step, the goroutine of the host's call lets the others run until the handler has
// finished or all of them wait. Then it reports the state of the request.

// Tags of the variant outcome in wit/http.wit.
const (
	tagResponse uint8 = iota
	tagEarlyResponse
	tagPending
	tagDone
	tagFailed
	tagStuck
)

// current is the request under way. The host runs one at a time in an instance.
var current *request

// timer is the host's operation for all of the program's timers. It ends when the next of them is due.
var timer struct {
	operation uint32
	// when is the time of its end, in nanotime's ns.
	when int64
}

// begin is the first step of a request.
func begin(r *request) uint32 {
	current = r
	timer.operation = 0
	clear(waiting)
	waiting = waiting[:0]
	if handler == nil && scheduled == nil {
		return lowerFailure("the program has not called plinth.Handle")
	}
	goroutinesBefore = runtime.NumGoroutine()
	assign(r)
	return step()
}

// goroutinesBefore is the number of goroutines at the beginning of the request.
var goroutinesBefore int

// tellCutOff leaves a line in the log if goroutines of the request are still there at its end.
func tellCutOff() {
	if more := runtime.NumGoroutine() - goroutinesBefore; more > 0 {
		logLine(levelInfo, fmt.Appendf(nil,
			"goroutines that the end of the request has cut off: %d. plinth.WaitUntil runs a function to its end", more))
	}
}

// endOperations begins a further step. The operations in events have ended.
func endOperations(events []loweredEvent) {
	for i := range events {
		if events[i].operation == timer.operation {
			timer.operation = 0
		} else {
			endCall(&events[i])
		}
	}
}

// step runs goroutines as long as one can run, and lowers the outcome.
func step() uint32 {
	r := current
	for {
		when := park()
		if code, ok := exited(); ok {
			return lowerFailure(fmt.Sprintf("exit status %d", code))
		}
		switch {
		case r.failure != "":
			return lowerFailure(r.failure)
		case r.finished && !r.answered:
			r.answered = true
			if r.background == 0 {
				tellCutOff()
				return lowerAnswer(tagResponse, r)
			}
			// The response goes out before the remaining work is done, even if that work computes and does not wait.
			setTimer(nanotime())
			return lowerAnswer(tagEarlyResponse, r)
		case r.finished && r.background == 0:
			tellCutOff()
			return lowerTag(tagDone)
		case when == 0 && len(waiting) == 0:
			return lowerMessage(tagStuck, deadlock())
		case when >= 0:
			setTimer(when)
			return lowerTag(tagPending)
		}
		// Something has unparked the goroutine, but work remains: one of several functions of WaitUntil has ended.
	}
}

// setTimer makes the host end an operation at the given time, in nanotime's ns. 0 stands for no operation.
func setTimer(when int64) {
	if timer.operation != 0 {
		if timer.when == when {
			return
		}
		hostTimerCancel(timer.operation)
		timer.operation = 0
	}
	if when == 0 {
		return
	}
	// The delay is rounded up to whole ms. If it were rounded down, the host would wake the program too early.
	ms := max((when-nanotime()+1e6-1)/1e6, 0)
	timer.operation, timer.when = hostTimerStart(float64(ms)), when
}

// deadlock describes a request in which every goroutine waits for another one.
func deadlock() string {
	stacks := make([]byte, 64<<10)
	stacks = stacks[:runtime.Stack(stacks, true)]
	return "the handler waits for something that can never happen: all goroutines are asleep\n\n" + string(stacks)
}

func lowerTag(tag uint8) uint32 {
	result.outcome.tag = tag
	return addressOf(&result.outcome)
}

func lowerAnswer(tag uint8, r *request) uint32 {
	lowerResponse(&result.outcome.response, r.status, r.fields, r.body)
	return lowerTag(tag)
}

func lowerFailure(message string) uint32 {
	return lowerMessage(tagFailed, message)
}

func lowerMessage(tag uint8, message string) uint32 {
	result.message = message
	result.failure = loweredMessage{tag, stringWords(message)}
	return addressOf(&result.failure)
}
