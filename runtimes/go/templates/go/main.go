package main

import (
	"fmt"
	"net/http"

	"plinth.dev/sdk"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Query().Get("name")
		if name == "" {
			name = "world"
		}
		fmt.Fprintf(w, "Hello, %s!\n", name)
	})
	// On Plinth, Handle serves the tenant's requests. With go run, it serves on port 8080.
	plinth.Handle(mux)
}
