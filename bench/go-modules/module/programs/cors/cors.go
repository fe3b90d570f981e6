package cors

import (
	"fmt"
	"net/http"

	"github.com/rs/cors"
)

// Handler is what the program answers with.
var Handler http.Handler = cors.Default().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, r.Method, r.URL.Path)
}))
