package msgpack

import (
	"fmt"
	"net/http"

	"github.com/vmihailenco/msgpack/v5"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	type item struct {
		Name string `msgpack:"n"`
		Tags []string
	}
	text, err := msgpack.Marshal(item{"x", []string{"a"}})
	var v item
	fmt.Fprintf(w, "%x %v %v %+v\n", text, err, msgpack.Unmarshal(text, &v), v)
})
