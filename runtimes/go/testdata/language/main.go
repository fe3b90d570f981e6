// A tenant that answers with a report on the language and the library, as its code sees them.
package main

import (
	"io"
	"net/http"

	"example.com/language/report"
	"plinth.dev/sdk"
)

var (
	version = "unset" // -ldflags -X
	started = report.Started()
)

func main() {
	plinth.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/version":
			io.WriteString(w, version+" "+started)
		case "/tagged":
			io.WriteString(w, report.Tagged)
		default:
			io.WriteString(w, report.Report())
		}
	}))
}
