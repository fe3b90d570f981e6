// A tenant with third-party modules.
package main

import (
	"io"
	"net/http"

	"plinth.dev/sdk"
	"rsc.io/quote"
)

func main() {
	plinth.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, quote.Hello()+" "+quote.Go())
	}))
}
