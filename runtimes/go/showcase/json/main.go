package main

import (
	"encoding/json"
	"net/http"

	plinth "plinth.dev/sdk"
)

type answer struct {
	From    string `json:"from"`
	Name    string `json:"name"`
	Numbers []int  `json:"numbers"`
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(answer{"tenant-0000000", r.PathValue("name"), []int{1, 2, 3}})
	})
	plinth.Handle(mux)
}
