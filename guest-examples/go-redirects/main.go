// Redirects by table: single paths from KV, then rules from the manifest. A redirect keeps the query.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"

	"plinth.dev/sdk"
)

const (
	// maxAge limits how long browsers and caches keep a redirect. Without it they keep a 301 or 308 for ever.
	maxAge = "public, max-age=3600"
	// longestKey is KV's limit, in bytes.
	longestKey = 512
)

func main() {
	rules, err := parseRules(os.Getenv("RULES"))
	if err != nil {
		log.Fatal("RULES in plinth.jsonc: ", err) // this message refuses the deploy
	}
	paths := plinth.KV("PATHS")
	plinth.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		found, err := single(r.Context(), paths, path)
		if errors.Is(err, plinth.ErrNotFound) {
			found, err = rules.find(path)
		}
		switch {
		case errors.Is(err, plinth.ErrNotFound):
			http.Error(w, "nothing leads from here", http.StatusNotFound)
		case err != nil:
			log.Printf("the redirect of %s: %v", path, err)
			http.Error(w, "internal error", http.StatusInternalServerError)
		default:
			w.Header().Set("Cache-Control", maxAge)
			w.Header().Set("Location", withQuery(found.To, r.URL.RawQuery))
			w.WriteHeader(found.Status)
		}
	}))
}

// single finds the redirect of one path: plinth kv put NAME paths /old /new --metadata '{"status":301}'
func single(ctx context.Context, paths *plinth.Namespace, path string) (redirect, error) {
	if len(path) > longestKey {
		return redirect{}, plinth.ErrNotFound
	}
	entry, err := paths.GetWithMetadata(ctx, path)
	if err != nil {
		return redirect{}, err
	}
	found := redirect{To: strings.TrimSpace(string(entry.Value))}
	if entry.Metadata != nil {
		if err := json.Unmarshal(entry.Metadata, &found); err != nil {
			return redirect{}, fmt.Errorf("its metadata: %w", err)
		}
	}
	return found.checked()
}

func withQuery(to, query string) string {
	if query == "" {
		return to
	}
	address, fragment, hasFragment := strings.Cut(to, "#")
	if strings.Contains(address, "?") {
		address += "&" + query
	} else {
		address += "?" + query
	}
	if hasFragment {
		address += "#" + fragment
	}
	return address
}
