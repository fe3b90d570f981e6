package lru

import (
	"fmt"
	"net/http"

	"github.com/hashicorp/golang-lru/v2"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	c, err := lru.New[string, int](2)
	for i, k := range []string{"a", "b", "a", "c"} {
		c.Add(k, i)
	}
	fmt.Fprintln(w, c.Keys(), c.Contains("b"), err)
})
