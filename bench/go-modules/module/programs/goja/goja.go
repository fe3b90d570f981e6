package goja

import (
	"fmt"
	"net/http"

	"github.com/dop251/goja"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	vm := goja.New()
	vm.Set("n", 7)
	v, err := vm.RunString("[1,2,3].map(x => x * n).join() + JSON.stringify({a: /b+/.test('abb')})")
	_, bad := vm.RunString("throw new TypeError('no')")
	fmt.Fprintln(w, v, err, bad)
})
