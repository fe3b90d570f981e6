package govaluate

import (
	"fmt"
	"net/http"

	"github.com/Knetic/govaluate"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	e, err := govaluate.NewEvaluableExpression("(n * 2 > 7) && name =~ '^a'")
	v, bad := e.Evaluate(map[string]any{"n": 4, "name": "ann"})
	fmt.Fprintln(w, v, err, bad)
})
