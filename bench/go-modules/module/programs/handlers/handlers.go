package handlers

import (
	"fmt"
	"net/http"

	"github.com/gorilla/handlers"
)

// Handler answers the requests of the program.
var Handler http.Handler = handlers.CompressHandler(handlers.MethodHandler{
	"GET":  http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "get", r.URL) }),
	"POST": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "post", r.URL) }),
})
