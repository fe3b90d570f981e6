// Package main is the base that slim Go programs are linked against: the Go runtime, the standard library and the SDK. It
// adds only attach.
package main

import (
	"unsafe"

	"plinth.dev/sdk/guest"
)

//go:linkname slimAttach runtime.slimAttach
func slimAttach(moduledata unsafe.Pointer)

// attach starts a program. The program's module calls it at its instantiation, with the address of its moduledata and the
// PC of its function main. attach runs package variables and init functions first, then main, as in any program.
//
//go:wasmexport attach
func attach(moduledata, mainPC uint32) {
	guest.Prepare()
	// The init functions also run within Run, because Run tells when one of them waits for ever.
	guest.Run(func() {
		slimAttach(unsafe.Pointer(uintptr(moduledata)))
		// A func value points to a variable that holds the PC.
		pc := uintptr(mainPC)
		closure := unsafe.Pointer(&pc)
		(*(*func())(unsafe.Pointer(&closure)))()
	})
}

func main() {}
