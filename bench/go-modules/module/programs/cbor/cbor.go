package cbor

import (
	"fmt"
	"net/http"

	"github.com/fxamacker/cbor/v2"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	text, err := cbor.Marshal(map[string]any{"a": []int{1, 2}, "b": 1.5})
	var v map[string]any
	fmt.Fprintln(w, len(text), err, cbor.Unmarshal(text, &v), v)
})
