// Package main runs at a host's boot. V8 compiles a function at its first call, and all tenants share the code. So the
// functions that most tenants use are called here once.
package main

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"sort"
	"strings"
	"time"

	"plinth.dev/sdk"
)

type item struct {
	Name string         `json:"name"`
	Size int            `json:"size"`
	Tags []string       `json:"tags,omitempty"`
	More map[string]any `json:"more"`
}

var page = template.Must(template.New("page").Parse(`<h1>{{.Name}}</h1>{{range .Tags}}<li>{{.}}{{end}}`))

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/{path...}", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var back item
		text, _ := json.Marshal(item{Name: r.PathValue("path"), Size: len(body), Tags: []string{"b", "a"}})
		if err := json.Unmarshal(text, &back); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		sort.Strings(back.Tags)
		done := make(chan string)
		go func() { done <- strings.ToUpper(fmt.Sprintf("%v %+v", time.Now().Year() > 0, back)) }()
		slog.Debug("warm-up", "request", r.URL.Path, "query", r.URL.Query().Get("q"))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintln(w, <-done)
		page.Execute(w, back)
	})
	plinth.Handle(mux)
}
