package yaml3

import (
	"fmt"
	"net/http"

	"gopkg.in/yaml.v3"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var v map[string]any
	err := yaml.Unmarshal([]byte("a: &x [1, 2.5, true]\nb: *x\nc: {d: 2026-01-02}\n"), &v)
	text, _ := yaml.Marshal(v)
	fmt.Fprintln(w, string(text), err, yaml.Unmarshal([]byte("a: [1"), &v))
})
