// Goroutines at work: a search that asks several sources at once and uses the answers in time, and a pool of workers.
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"plinth.dev/sdk"
)

const (
	patience     = 200 * time.Millisecond
	mostPatience = 2 * time.Second
)

func main() {
	http.HandleFunc("GET /search", search)
	http.HandleFunc("POST /words", words)
	plinth.Handle(nil)
}

// search answers GET /search?q=plinth&within=300ms.
func search(w http.ResponseWriter, r *http.Request) {
	within := patience
	if text := r.URL.Query().Get("within"); text != "" {
		var err error
		if within, err = time.ParseDuration(text); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), min(within, mostPatience))
	defer cancel()
	answer(w, ask(ctx, r.URL.Query().Get("q"), sources))
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(value)
}
