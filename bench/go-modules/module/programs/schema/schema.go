package schema

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/gorilla/schema"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var v struct {
		Name string
		Tags []string `schema:"tag"`
		At   struct{ X, Y int }
	}
	err := schema.NewDecoder().Decode(&v, url.Values{"Name": {"Ann"}, "tag": {"a", "b"}, "At.X": {"3"}})
	fmt.Fprintf(w, "%+v %v\n", v, err)
	err = schema.NewDecoder().Decode(&v, url.Values{"At.Y": {"z"}})
	fmt.Fprintln(w, err)
})
