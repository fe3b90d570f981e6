package handlers

import (
	"fmt"
	"net/http"

	"github.com/gorilla/handlers"
)

// Handler is what the program answers with.
var Handler http.Handler = handlers.CompressHandler(handlers.MethodHandler{
	"GET":  http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "get", r.URL) }),
	"POST": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "post", r.URL) }),
})
