package pongo2

import (
	"fmt"
	"net/http"

	"github.com/flosch/pongo2/v6"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	t, err := pongo2.FromString("{% for x in xs %}{{ forloop.Counter }}{{ x|upper }} {% endfor %}{{ html }}")
	text, bad := t.Execute(pongo2.Context{"xs": []string{"a", "b"}, "html": "<b>"})
	fmt.Fprintln(w, text, err, bad)
})
