package guest

import (
	"crypto/rand"
	"encoding/binary"
	"reflect"
	"runtime"
	"strings"
	_ "unsafe" // for go:linkname
)

// onRequest are the functions that OnRequest was given.
var onRequest []func()

// freshPackages are the packages whose random state is made anew in each request.
var freshPackages = map[string]bool{}

// OnRequest makes f run at the beginning of each request, before the handler, in the order of the calls.
func OnRequest(f func()) {
	onRequest = append(onRequest, f)
}

// renew is OnRequest for packages whose random state is made anew (runtimes/go/toolexec/renewals.go). Deploys do not warn
// of their draws.
//
//go:linkname renew
func renew(f func()) {
	freshPackages[packageOf(runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name())] = true
	OnRequest(f)
}

// renewText makes a random text of n letters and digits.
//
//go:linkname renewText
func renewText(n int) string {
	return rand.Text()[:n]
}

// renewNumber makes 32 random bits.
//
//go:linkname renewNumber
func renewNumber() uint32 {
	var b [4]byte
	rand.Read(b[:])
	return binary.LittleEndian.Uint32(b[:])
}

// packageOf is the import path of a function such as "example.com/a/b%2ev1.(*T).Method".
func packageOf(function string) string {
	end := strings.LastIndexByte(function, '/') + 1
	if dot := strings.IndexByte(function[end:], '.'); dot >= 0 {
		end += dot
	} else {
		end = len(function)
	}
	return strings.ReplaceAll(function[:end], "%2e", ".")
}
