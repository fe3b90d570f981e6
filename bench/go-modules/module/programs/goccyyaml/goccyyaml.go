package goccyyaml

import (
	"fmt"
	"net/http"

	"github.com/goccy/go-yaml"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var v struct {
		A []float64
		B map[string]string
	}
	err := yaml.Unmarshal([]byte("a: [1, 2.5]\nb:\n  x: y\n"), &v)
	text, _ := yaml.Marshal(v)
	fmt.Fprintln(w, string(text), err, yaml.Unmarshal([]byte("a: x"), &v))
})
