// Todo lists for several people at once. A write that meets another one is done again, so that none is lost.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strconv"
	"strings"

	"plinth.dev/sdk"
)

func main() {
	lists := &store{plinth.KV("LISTS")}
	mux := http.NewServeMux()
	mux.Handle("GET /lists/{list}", answerer(func(r *http.Request) (stored, error) {
		return lists.read(r.Context(), r.PathValue("list"))
	}))
	mux.Handle("POST /lists/{list}", answerer(func(r *http.Request) (stored, error) {
		var body struct{ Text string }
		if json.NewDecoder(r.Body).Decode(&body) != nil || body.Text == "" {
			return stored{}, failure{http.StatusUnprocessableEntity, `the body needs a "text"`}
		}
		return change(lists, r, func(list *todoList) error {
			list.Items = append(list.Items, item{ID: list.Next, Text: body.Text})
			list.Next++
			return nil
		})
	}))
	mux.Handle("PATCH /lists/{list}/items/{item}", answerer(func(r *http.Request) (stored, error) {
		var body struct{ Done *bool }
		if json.NewDecoder(r.Body).Decode(&body) != nil || body.Done == nil {
			return stored{}, failure{http.StatusUnprocessableEntity, `the body needs "done", true or false`}
		}
		return change(lists, r, func(list *todoList) error {
			return list.withItem(r.PathValue("item"), func(at int) { list.Items[at].Done = *body.Done })
		})
	}))
	mux.Handle("DELETE /lists/{list}/items/{item}", answerer(func(r *http.Request) (stored, error) {
		return change(lists, r, func(list *todoList) error {
			return list.withItem(r.PathValue("item"), func(at int) { list.Items = append(list.Items[:at], list.Items[at+1:]...) })
		})
	}))
	plinth.Handle(mux)
}

// change reads If-Match. A client sends it to change only the revision that it has seen.
func change(lists *store, r *http.Request, f func(*todoList) error) (stored, error) {
	seen := int64(-1)
	if field := r.Header.Get("If-Match"); field != "" {
		var err error
		if seen, err = strconv.ParseInt(strings.Trim(field, `"`), 10, 64); err != nil || seen < 0 {
			return stored{}, failure{http.StatusBadRequest, `If-Match is not an ETag of a list, such as "17"`}
		}
	}
	return lists.update(r.Context(), r.PathValue("list"), seen, f)
}

// A failure is a mistake of the client. Its text is the answer.
type failure struct {
	status int
	reason string
}

func (f failure) Error() string { return f.reason }

type answerer func(r *http.Request) (stored, error)

func (answer answerer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, body := http.StatusOK, any(nil)
	found, err := answer(r)
	var failed failure
	var refused *plinth.Error
	switch {
	case err == nil:
		w.Header().Set("ETag", fmt.Sprintf(`"%d"`, found.revision))
		body = map[string]any{"items": found.list.Items}
	case errors.As(err, &failed):
		status, body = failed.status, map[string]string{"error": failed.reason}
	case errors.As(err, &refused) && refused.Code == "PLINTH_KV_KEY":
		status, body = http.StatusNotFound, map[string]string{"error": "a list cannot have this name"}
	default:
		log.Print(err)
		status, body = http.StatusInternalServerError, map[string]string{"error": "internal error"}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
