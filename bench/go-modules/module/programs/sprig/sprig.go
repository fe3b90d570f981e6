package sprig

import (
	"net/http"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	t := template.Must(template.New("t").Funcs(sprig.TxtFuncMap()).Parse(`{{ "hello" | upper | repeat 2 }} {{ list 1 2 3 | join "," }} {{ dict "a" 1 | toJson }} {{ "x" | sha256sum }} {{ default "d" "" }}
	`))
	t.Execute(w, nil)
})
