package goccyyaml

import (
	"fmt"
	"net/http"

	"github.com/goccy/go-yaml"
)

// Handler is what the program answers with.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var v struct {
		A []float64
		B map[string]string
	}
	err := yaml.Unmarshal([]byte("a: [1, 2.5]\nb:\n  x: y\n"), &v)
	text, _ := yaml.Marshal(v)
	fmt.Fprintln(w, string(text), err, yaml.Unmarshal([]byte("a: x"), &v))
})
