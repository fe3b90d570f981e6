// A reading list on the router chi. KV holds the links, with the titles of their pages and their numbers of visits.
package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/go-chi/chi/v5"
	"plinth.dev/sdk"
)

// site is a var of plinth.jsonc. Vars are available from the start.
var site = os.Getenv("SITE")

func main() {
	router := chi.NewRouter()
	router.Use(timed)
	router.Get("/", func(w http.ResponseWriter, r *http.Request) {
		links, err := allLinks(r.Context())
		answer(w, map[string]any{"site": site, "links": links}, err)
	})
	router.Route("/links/{id:[a-z0-9-]+}", func(r chi.Router) {
		r.Put("/", put)
		r.Delete("/", remove)
		r.Get("/", visit)
	})
	plinth.Handle(router)
}

// timed is ordinary middleware, as for any server.
func timed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		next.ServeHTTP(w, r)
		slog.Debug("served", "method", r.Method, "path", r.URL.Path, "took", time.Since(started))
	})
}

func put(w http.ResponseWriter, r *http.Request) {
	var wanted struct {
		URL string `json:"url"`
	}
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		http.Error(w, "the body must be JSON with a url", http.StatusBadRequest)
		return
	}
	link, err := newLink(r.Context(), chi.URLParam(r, "id"), wanted.URL)
	answer(w, link, err)
}

func remove(w http.ResponseWriter, r *http.Request) {
	if err := links.Delete(r.Context(), chi.URLParam(r, "id")); err != nil {
		answer(w, nil, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func visit(w http.ResponseWriter, r *http.Request) {
	link, err := countVisit(r.Context(), chi.URLParam(r, "id"))
	if err != nil {
		answer(w, nil, err)
		return
	}
	http.Redirect(w, r, link.URL, http.StatusFound)
}

// answer writes a value as JSON, or the error with a status that fits.
func answer(w http.ResponseWriter, value any, err error) {
	var refused *plinth.Error
	switch {
	case err == nil:
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(value)
	case errors.Is(err, plinth.ErrNotFound):
		http.Error(w, "no such link", http.StatusNotFound)
	case errors.Is(err, plinth.ErrConflict):
		http.Error(w, "there is such a link already", http.StatusConflict)
	case errors.Is(err, errNoPage), errors.As(err, &refused) && refused.Code == "PLINTH_FETCH_DENIED":
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
	default:
		slog.Error("failed", "error", err)
		http.Error(w, "try again later", http.StatusServiceUnavailable)
	}
}
