package cel

import (
	"fmt"
	"net/http"

	"github.com/google/cel-go/cel"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	env, err := cel.NewEnv(cel.Variable("name", cel.StringType), cel.Variable("n", cel.IntType))
	ast, issues := env.Compile(`n > 3 ? name + "!" : [1, 2].map(x, x * n)[1] == 6 ? "six" : "?"`)
	program, _ := env.Program(ast)
	out, _, bad := program.Eval(map[string]any{"name": "ann", "n": 3})
	_, wrong := env.Compile("n + name")
	fmt.Fprintln(w, out, err, issues.Err(), bad, wrong.Err())
})
