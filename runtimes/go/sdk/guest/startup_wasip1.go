//go:build plinth

package guest

import (
	"encoding/json"
	"fmt"
	"path"
	"runtime"
	"strings"
	"unsafe"

	"plinth.dev/sdk/internal/message"
)

// The values of a start-up stay for all requests. Start-ups see no secrets, and all requests get the random numbers
// that they draw. So the host is told which variables the start-up has read, and refuses secrets of these names. A line
// in the log tells of a draw of random numbers.

// startRead is a variable that the start-up has read; "*" stands for all.
type startRead struct {
	Name string `json:"name"`
	By   string `json:"by"`
}

type startReads struct {
	Binding   string `json:"binding"`
	Method    string `json:"method"`
	Arguments struct {
		Reads []startRead `json:"reads"`
	} `json:"arguments"`
}

// mostDraws bounds the lines of the log.
const mostDraws = 20

// reportStart tells the host what the runtime has noted (../overlay/runtime/plinth_startup_wasip1.go).
func reportStart() {
	var reads []startRead
	drawing := map[string]bool{}
	takeNotes(func(what string, pcs []uintptr) {
		by, in := caller(pcs)
		switch {
		case what != "":
			reads = append(reads, startRead{what, by})
		case !drawing[in] && !freshPackages[in] && len(drawing) < mostDraws:
			drawing[in] = true
			logLine(levelWarn, []byte("random numbers that the start-up draws are the same in every request: "+in+" draws them in "+by+
				". Draw them in the handler, or in a function that you give to plinth.OnRequest"))
		}
	})
	if len(reads) > 0 {
		frame := message.Frame(readsHead(reads), nil)
		hostCall(unsafe.Pointer(unsafe.SliceData(frame)), uint32(len(frame)))
	}
}

// readsHead is the head of the call that tells the host (host/bindings/start-reads.ts).
func readsHead(reads []startRead) []byte {
	call := startReads{Binding: "vars", Method: "readAtStart"}
	call.Arguments.Reads = reads
	head, _ := json.Marshal(call)
	return head
}

// caller describes the innermost frame, and the frame of package main which has led to it. in is the package of the
// first.
func caller(pcs []uintptr) (by, in string) {
	frames := runtime.CallersFrames(pcs)
	for {
		frame, more := frames.Next()
		name := packageOf(frame.Function)
		// A function of the standard library that is inlined into the program's.
		standard := frame.Func == nil && name != "main" && !strings.Contains(strings.SplitN(name, "/", 2)[0], ".")
		if !standard && frame.Function != "" && (by == "" || name == "main") {
			place := fmt.Sprintf("%s (%s:%d)", frame.Function, path.Base(frame.File), frame.Line)
			if by != "" {
				return by + ", called from " + place, in
			}
			by, in = place, name
		}
		if !more || in == "main" {
			return by, in
		}
	}
}

func init() {
	// As in warm_wasip1.go.
	readsHead([]startRead{{"NAME", "main.init (main.go:1)"}})
}
