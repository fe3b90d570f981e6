package render

import (
	"net/http"

	"github.com/go-chi/render"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	render.Status(r, http.StatusAccepted)
	render.JSON(w, r, map[string]any{"path": r.URL.Path, "n": []int{1, 2}})
})
