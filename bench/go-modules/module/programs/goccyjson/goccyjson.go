package goccyjson

import (
	"fmt"
	"net/http"

	"github.com/goccy/go-json"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var v struct {
		A []any          `json:"a"`
		M map[string]int `json:"m"`
	}
	err := json.Unmarshal([]byte(`{"a":[1,"x",null],"m":{"z":1,"a":2}}`), &v)
	text, _ := json.Marshal(v)
	fmt.Fprintln(w, string(text), err, json.Unmarshal([]byte(`{"a":7}`), &v))
})
