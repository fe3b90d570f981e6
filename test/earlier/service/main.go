// A service of the first release, which is linked to that release's Go base.
package main

import (
	"fmt"
	"net/http"

	"plinth.dev/sdk"
)

func main() {
	plinth.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s", r.Method, r.URL.Path)
	}))
}
