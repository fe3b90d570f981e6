// A JSON API over net/http: a cookbook that scales its recipes to the requested number of portions.
package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"plinth.dev/sdk"
)

func main() {
	mux := http.NewServeMux()
	mux.Handle("GET /recipes", answerer(list))
	mux.Handle("GET /recipes/{name}", answerer(scaled))
	mux.Handle("POST /shopping-list", answerer(shoppingList))
	plinth.Handle(logged(mux))
}

// A failure is a mistake of the client. Its text is the answer.
type failure struct {
	status int
	reason string
}

func (f failure) Error() string { return f.reason }

// An answerer turns a request into a value that is answered as JSON.
type answerer func(r *http.Request) (any, error)

func (answer answerer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	body, err := answer(r)
	if refused := (failure{}); errors.As(err, &refused) {
		status, body = refused.status, map[string]string{"error": err.Error()}
	} else if err != nil {
		slog.Error("cannot answer", "path", r.URL.Path, "error", err)
		status, body = http.StatusInternalServerError, map[string]string{"error": "internal error"}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		next.ServeHTTP(w, r)
		slog.Info("answered", "method", r.Method, "path", r.URL.Path, "took", time.Since(started))
	})
}

func list(*http.Request) (any, error) {
	return names(), nil
}

func scaled(r *http.Request) (any, error) {
	recipe, err := find(r.PathValue("name"))
	if err != nil {
		return nil, err
	}
	portions := recipe.Portions
	if text := r.URL.Query().Get("portions"); text != "" {
		if portions, err = strconv.Atoi(text); err != nil {
			return nil, failure{http.StatusBadRequest, "portions must be a whole number"}
		}
	}
	return recipe.scale(portions)
}

// shoppingList adds up the ingredients of several recipes: {"pancakes": 4, "dal": 2}.
func shoppingList(r *http.Request) (any, error) {
	var wanted map[string]int
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		return nil, failure{http.StatusBadRequest, "the body must be an object of recipes and portions: " + err.Error()}
	}
	return needed(wanted)
}
