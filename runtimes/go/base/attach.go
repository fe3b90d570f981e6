// Package main is the base that slim Go programs are linked against: the Go runtime, the standard library and the SDK, with
// nothing of its own but attach.
package main

import (
	"unsafe"

	"plinth.dev/sdk/guest"
)

//go:linkname slimAttach runtime.slimAttach
func slimAttach(moduledata unsafe.Pointer)

// attach starts a program: its module calls it when it is instantiated, with the address of its moduledata and the PC of its
// function main. Package variables and init functions first, then main, as in any program.
//
//go:wasmexport attach
func attach(moduledata, mainPC uint32) {
	guest.Prepare()
	// Within Run, for the init functions as much as for main: where one waits for ever, Run says so.
	guest.Run(func() {
		slimAttach(unsafe.Pointer(uintptr(moduledata)))
		// A func value points to a variable that holds the PC.
		pc := uintptr(mainPC)
		closure := unsafe.Pointer(&pc)
		(*(*func())(unsafe.Pointer(&closure)))()
	})
}

func main() {}
