package expr

import (
	"fmt"
	"net/http"

	"github.com/expr-lang/expr"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	env := map[string]any{"n": 4, "tags": []string{"a", "b"}}
	program, err := expr.Compile(`n > 3 && "a" in tags ? map(tags, # + "!") : nil`, expr.Env(env))
	out, bad := expr.Run(program, env)
	_, wrong := expr.Compile("n +", expr.Env(env))
	fmt.Fprintln(w, out, err, bad, wrong)
})
