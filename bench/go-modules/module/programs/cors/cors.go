package cors

import (
	"fmt"
	"net/http"

	"github.com/rs/cors"
)

// Handler answers the requests of the program.
var Handler http.Handler = cors.Default().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, r.Method, r.URL.Path)
}))
