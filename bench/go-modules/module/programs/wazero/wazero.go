package wazero

import (
	"context"
	"fmt"
	"net/http"

	"github.com/tetratelabs/wazero"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer rt.Close(ctx)
	// (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
	module, err := rt.Instantiate(ctx, []byte("\x00asm\x01\x00\x00\x00\x01\x07\x01\x60\x02\x7f\x7f\x01\x7f\x03\x02\x01\x00\x07\x07\x01\x03add\x00\x00\x0a\x09\x01\x07\x00\x20\x00\x20\x01\x6a\x0b"))
	if err != nil {
		fmt.Fprintln(w, err)
		return
	}
	sum, err := module.ExportedFunction("add").Call(ctx, 3, 4)
	fmt.Fprintln(w, sum, err)
})
