package tidwall

import (
	"fmt"
	"net/http"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	const text = `{"a":[{"b":1,"c":"x"},{"b":2,"c":"y"}]}`
	changed, err := sjson.Set(text, "a.1.b", []int{7})
	fmt.Fprintln(w, gjson.Get(text, "a.#.b"), gjson.Get(text, `a.#(c=="y").b`), changed, err)
})
