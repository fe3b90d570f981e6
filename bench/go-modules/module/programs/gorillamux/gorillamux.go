package gorillamux

import (
	"fmt"
	"net/http"

	"github.com/gorilla/mux"
)

// Handler answers the requests of the program.
var Handler http.Handler = router()

func router() http.Handler {
	r := mux.NewRouter()
	r.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "mux") })
	r.HandleFunc("/users/{id:[0-9]+}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, mux.Vars(r)["id"])
	}).Methods("GET").Name("user")
	return r
}
