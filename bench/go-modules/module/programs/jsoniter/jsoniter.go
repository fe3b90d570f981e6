package jsoniter

import (
	"fmt"
	"net/http"

	"github.com/json-iterator/go"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	json := jsoniter.ConfigCompatibleWithStandardLibrary
	var v struct {
		A []any `json:"a"`
		B *int  `json:"b,omitempty"`
	}
	err := json.Unmarshal([]byte(`{"a":[1,"x",null,{"y":1.5}],"b":3}`), &v)
	text, _ := json.Marshal(v)
	fmt.Fprintln(w, string(text), err, jsoniter.Get([]byte(`{"a":[{"b":7}]}`), "a", 0, "b").ToInt())
})
