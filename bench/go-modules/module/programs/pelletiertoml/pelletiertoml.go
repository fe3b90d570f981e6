package pelletiertoml

import (
	"fmt"
	"net/http"

	"github.com/pelletier/go-toml/v2"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var v map[string]any
	err := toml.Unmarshal([]byte("a = 1\n[b]\nc = [1.5, 2.0]\nd = 2026-01-02\n"), &v)
	text, _ := toml.Marshal(v)
	fmt.Fprintln(w, string(text), err, toml.Unmarshal([]byte("a = ="), &v))
})
