package mustache

import (
	"fmt"
	"net/http"

	"github.com/cbroglie/mustache"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	text, err := mustache.Render("{{#xs}}{{name}},{{/xs}}{{{raw}}}{{raw}}", map[string]any{"xs": []map[string]string{{"name": "a"}, {"name": "b"}}, "raw": "<b>"})
	fmt.Fprintln(w, text, err)
})
