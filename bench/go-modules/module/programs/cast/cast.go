package cast

import (
	"fmt"
	"net/http"

	"github.com/spf13/cast"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	n, err := cast.ToIntE("x")
	fmt.Fprintln(w, cast.ToInt("7"), cast.ToBool("true"), cast.ToStringSlice([]any{1, "a"}), n, err)
})
