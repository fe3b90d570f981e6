package jsonpatch

import (
	"fmt"
	"net/http"

	jsonpatch "github.com/evanphx/json-patch/v5"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	patch, err := jsonpatch.DecodePatch([]byte(`[{"op":"replace","path":"/a/0","value":7},{"op":"remove","path":"/b"}]`))
	out, bad := patch.Apply([]byte(`{"a":[1,2],"b":3}`))
	fmt.Fprintln(w, string(out), err, bad)
})
