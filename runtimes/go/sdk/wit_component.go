//go:build plinthcomponent

package plinth

import (
	"context"
	"sync"
	"unsafe"

	"plinth.dev/sdk/guest"
)

// A static component calls bindings by their WIT interfaces (wit/kv.wit, wit/fetch.wit), as any component does. A call returns when it
// has been answered; the host suspends the component's stack meanwhile, with all goroutines on it.
//
// What is declared here are the types of the canonical ABI: Go lays out structs as it lays out records. Variants have their
// tag first, and what follows begins where the widest of their cases is aligned. The memory that a result refers to has come from
// cabi_realloc, and belongs to the program from then on.

// witMutex is held from a call until its result has been read: memory that the host asks for may let other goroutines run in the
// middle of it.
var witMutex sync.Mutex

// witKept is what a call's parameters refer to by addresses: it must not be on a stack, which may move, nor be collected.
var witKept any

// witCall makes a call, unless ctx has ended, and has the result read.
func witCall[T any](ctx context.Context, call func(), read func() (T, error)) (value T, err error) {
	if err = ctx.Err(); err != nil {
		return value, err
	}
	witMutex.Lock()
	defer witMutex.Unlock()
	defer guest.ReleaseLifted()
	defer func() { witKept = nil }()
	call()
	return read()
}

// witBytes is list<u8> or string.
type witBytes struct {
	at, length uint32
}

func (w witBytes) bytes() []byte {
	return witList[byte](w)
}

func (w witBytes) text() string {
	return unsafe.String(unsafe.SliceData(w.bytes()), w.length)
}

// witList is a list of any type. It has no address where it is empty (see list in guest/abi_wasip1.go).
func witList[T any](w witBytes) []T {
	if w.length == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(uintptr(w.at))), w.length)
}

func witText(s string) witBytes {
	return witBytes{uint32(uintptr(unsafe.Pointer(unsafe.StringData(s)))), uint32(len(s))}
}

// witOptionText is option<string>.
type witOptionText struct {
	some uint8
	text witBytes
}

// witOptionInt is option<u64>.
type witOptionInt struct {
	some  uint8
	value uint64
}

// orZero gives 0 for none.
func (o witOptionInt) orZero() int64 {
	if o.some == 0 {
		return 0
	}
	return int64(o.value)
}

// witError is the record error.
type witError struct {
	code, message witBytes
}

func (e witError) lift() *Error {
	return &Error{Code: e.code.text(), Message: e.message.text()}
}

// someInt are the parameters that option<u64> is passed as.
func someInt(value *int64) (some uint32, bits uint64) {
	if value == nil {
		return 0, 0
	}
	return 1, uint64(*value)
}

// someText are those of option<string>. Empty stands for none.
func someText(text string) (some uint32, value string) {
	if text == "" {
		return 0, ""
	}
	return 1, text
}
