package burnttoml

import (
	"fmt"
	"net/http"

	"github.com/BurntSushi/toml"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var v struct {
		Title string
		Owner struct{ Name string }
		Ports []int
	}
	_, err := toml.Decode("title = 'x'\nports = [1, 2]\n[owner]\nname = 'Ann'\n", &v)
	toml.NewEncoder(w).Encode(v)
	_, bad := toml.Decode("a = ", &v)
	fmt.Fprintln(w, err, bad)
})
