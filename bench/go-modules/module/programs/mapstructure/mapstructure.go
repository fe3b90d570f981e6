package mapstructure

import (
	"fmt"
	"net/http"

	"github.com/go-viper/mapstructure/v2"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var v struct {
		Name string
		Age  int
		In   struct{ X float64 }
	}
	err := mapstructure.WeakDecode(map[string]any{"name": "Ann", "age": "7", "in": map[string]any{"x": 1}}, &v)
	fmt.Fprintf(w, "%+v %v %v\n", v, err, mapstructure.Decode(map[string]any{"age": "x"}, &v))
})
