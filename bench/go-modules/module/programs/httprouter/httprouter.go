package httprouter

import (
	"fmt"
	"net/http"

	"github.com/julienschmidt/httprouter"
)

// Handler answers the requests of the program.
var Handler http.Handler = router()

func router() http.Handler {
	r := httprouter.New()
	r.GET("/", func(w http.ResponseWriter, r *http.Request, _ httprouter.Params) { fmt.Fprintln(w, "httprouter") })
	r.GET("/users/:id", func(w http.ResponseWriter, r *http.Request, ps httprouter.Params) {
		fmt.Fprintln(w, ps.ByName("id"))
	})
	return r
}
