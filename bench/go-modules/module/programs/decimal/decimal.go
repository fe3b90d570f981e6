package decimal

import (
	"fmt"
	"net/http"

	"github.com/shopspring/decimal"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	a := decimal.RequireFromString("1.10")
	b := decimal.NewFromFloat(2.25)
	fmt.Fprintln(w, a.Add(b), a.Div(decimal.NewFromInt(3)), a.Mul(b).Round(1), a.Cmp(b))
})
