package chi

import (
	"encoding/json"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// Handler answers the requests of the program.
var Handler http.Handler = router()

func router() http.Handler {
	r := chi.NewRouter()
	r.Use(middleware.Recoverer, middleware.StripSlashes)
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("chi\n")) })
	r.Route("/users", func(r chi.Router) {
		r.Get("/{id}", func(w http.ResponseWriter, r *http.Request) {
			json.NewEncoder(w).Encode(map[string]string{"id": chi.URLParam(r, "id"), "q": r.URL.Query().Get("q")})
		})
	})
	return r
}
