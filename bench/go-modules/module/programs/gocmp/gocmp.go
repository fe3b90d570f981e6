package gocmp

import (
	"fmt"
	"net/http"

	"github.com/google/go-cmp/cmp"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	type v struct {
		A []int
		B map[string]string
	}
	a, b := v{[]int{1}, map[string]string{"x": "y"}}, v{[]int{1}, map[string]string{"x": "z"}}
	fmt.Fprintln(w, cmp.Equal(a, a), cmp.Equal(a, b))
})
