//go:build wasip1

package runtime

import _ "unsafe" // for go:linkname

// Notes of the variables that a program's start-up has read, and of the places where it drew random numbers. The memory
// of the start-up is kept for all requests, and so are the values that it read or drew.

// plinthNoted is a call out of the program into the standard library.
type plinthNoted struct {
	// what is the name of a variable, "*" for the whole environment, "" for random numbers.
	what string
	// pcs has the program's frames, the innermost first.
	pcs [8]uintptr
}

const (
	plinthMostNotes = 128
	// plinthMostLooks bounds the time that a program that draws many numbers loses.
	plinthMostLooks = 4096
)

var plinthNotes struct {
	on    bool
	looks int
	list  []plinthNoted
}

// plinthNote notes the call that is under way. It ignores calls by the base itself.
//
//go:linkname plinthNote
func plinthNote(what string) {
	if !plinthNotes.on || plinthNotes.looks >= plinthMostLooks || len(plinthNotes.list) >= plinthMostNotes {
		return
	}
	plinthNotes.looks++
	var all [64]uintptr
	pcs := all[:callers(1, all[:])]
	for len(pcs) > 0 && findmoduledatap(pcs[0]) == &firstmoduledata {
		pcs = pcs[1:]
	}
	if len(pcs) == 0 {
		return
	}
	for i := range plinthNotes.list {
		if noted := &plinthNotes.list[i]; noted.what == what && noted.pcs[0] == pcs[0] {
			return
		}
	}
	noted := plinthNoted{what: what}
	copy(noted.pcs[:], pcs)
	plinthNotes.list = append(plinthNotes.list, noted)
}

// plinthTakeNotes ends the noting and hands over what was noted.
//
//go:linkname plinthTakeNotes
func plinthTakeNotes(visit func(what string, pcs []uintptr)) {
	list := plinthNotes.list
	plinthNotes.on, plinthNotes.list = false, nil
	for i := range list {
		visit(list[i].what, list[i].pcs[:])
	}
}
