//go:build plinth

package guest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"

	"plinth.dev/sdk/internal/message"
)

// The first request of a Go program is slower than the next ones, because pools are empty and packages see a type for the
// first time. On Plinth every request is the first of its memory, unless the base image has been through a request. The
// handler below runs for that. A handler that sets a header then takes 21 instead of 38 us, one that writes JSON 46 instead
// of 88 us, and 76 instead of 94 pages are put back after it.

func init() {
	logger := slog.New(newLogHandler(func(uint32, []byte) {}))
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{name}", func(w http.ResponseWriter, r *http.Request) {
		var value map[string]any
		json.NewDecoder(r.Body).Decode(&value)
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(value)
		json.NewEncoder(w).Encode(map[string]string{"name": r.PathValue("name")})
		fmt.Fprintf(w, "%s %d %v\n", r.FormValue("q"), r.ContentLength, url.Values(r.Form))
		logger.Info("warm", "text", "two words", "number", 1)
		// This needs a new response, because net/http would log that the present one has been written to.
		http.Error(message.NewResponse(r.Method), "no", http.StatusNotFound)
	})
	in := message.Incoming{
		Method: "POST",
		URI:    "http://tenant.localhost/name?q=x",
		Fields: []message.Field{{Name: "host", Value: "tenant.localhost"}, {Name: "accept", Value: "*/*"}},
		Body:   []byte(`{"text":"x","number":1.5,"list":[true,null,"x"],"object":{"a":1}}`),
	}
	w := message.NewResponse(in.Method)
	if r, err := in.Request(context.Background()); err == nil {
		mux.ServeHTTP(w, r)
	}
	w.Finish()
}

func init() {
	// The environment's proxies are read once. They are read here, where there are none, because proxies cannot be reached.
	http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "https", Host: "tenant.localhost"}})
}

func init() {
	setEnvironment([]byte(`{"value":{"vars":{"PLINTH":"x"},"kv":["x"]}}`))
	os.Unsetenv("PLINTH")
}
