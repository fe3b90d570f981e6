// A site without an origin server. The key of a page is its path with ".md" or ".html". "index" is the page of a folder,
// "404" the page for missing paths, "layout.html" the template around a page. Every other file is served as it is.
package main

import (
	"errors"
	"log"
	"net/http"
	"os"
	"path"
	"strings"
	"unicode/utf8"

	"plinth.dev/sdk"
)

// longestPath is the longest key of KV, less the longest ending that this program adds.
const longestPath = 512 - len("index.html")

func main() {
	site := &site{pages: plinth.KV("PAGES"), title: os.Getenv("TITLE")}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		if err := site.serve(w, r); err != nil {
			log.Print(err)
			http.Error(w, "internal error", http.StatusInternalServerError)
		}
	})
	plinth.Handle(mux)
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) error {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if len(name) > longestPath {
		http.Error(w, "the path is too long", http.StatusRequestURITooLong)
		return nil
	}
	if !utf8.ValidString(name) {
		http.Error(w, "the path is not UTF-8", http.StatusBadRequest)
		return nil
	}
	// Browsers keep the answer, and ask each time whether it has changed.
	w.Header().Set("Cache-Control", "no-cache")
	if path.Ext(name) != "" {
		found, err := s.asset(r.Context(), name)
		if err == nil {
			write(w, r, found)
			return nil
		} else if !errors.Is(err, plinth.ErrNotFound) {
			return err
		}
	}
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index"
	}
	found, err := s.page(r.Context(), name)
	if errors.Is(err, plinth.ErrNotFound) && name == "index" {
		found, err = s.contents(r.Context())
	}
	if errors.Is(err, plinth.ErrNotFound) {
		found, err = s.missing(r.Context())
	}
	if err != nil {
		return err
	}
	write(w, r, found)
	return nil
}

// write answers with 304 if the client has the document already.
func write(w http.ResponseWriter, r *http.Request, d document) {
	w.Header().Set("Content-Type", d.contentType)
	if d.etag != "" {
		w.Header().Set("ETag", d.etag)
		for known := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
			if strings.TrimPrefix(strings.TrimSpace(known), "W/") == d.etag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
	}
	if d.status != 0 {
		w.WriteHeader(d.status)
	}
	w.Write(d.body)
}
