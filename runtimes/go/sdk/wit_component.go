//go:build plinthcomponent

package plinth

import (
	"context"
	"sync"
	"unsafe"

	"plinth.dev/sdk/guest"
)

// A static component calls bindings by their WIT interfaces (wit/kv.wit, wit/fetch.wit), as any component does. A call
// returns with its answer. The host suspends the component's stack meanwhile, with all goroutines on it.
//
// These declarations are the types of the canonical ABI, which lays out records as Go lays out structs. A variant has its
// tag first, and its payload begins at the alignment of its widest case. A result refers to memory from cabi_realloc, which
// belongs to the program from then on.

// witMutex is held from a call until its result has been read, because an allocation for the host may let other goroutines
// run in the middle of the call.
var witMutex sync.Mutex

// witKept holds the targets of a call's addresses. They must not be on a stack, which may move, and must not be collected.
var witKept any

// witCall makes a call, unless ctx has ended, and lets the caller's function read the result.
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

// witList is a list of any type. It has no address if it is empty (see list in guest/abi_wasip1.go).
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

// orZero returns 0 for none.
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

// someInt returns the parameters for an option<u64>.
func someInt(value *int64) (some uint32, bits uint64) {
	if value == nil {
		return 0, 0
	}
	return 1, uint64(*value)
}

// someText returns the parameters for an option<string>. An empty text stands for none.
func someText(text string) (some uint32, value string) {
	if text == "" {
		return 0, ""
	}
	return 1, text
}
