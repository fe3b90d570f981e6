package golangset

import (
	"fmt"
	"net/http"

	"github.com/deckarep/golang-set/v2"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	a, b := mapset.NewSet(1, 2, 3), mapset.NewSet(2, 3, 4)
	fmt.Fprintln(w, mapset.Sorted(a.Union(b)), mapset.Sorted(a.Intersect(b)), a.Contains(4))
})
