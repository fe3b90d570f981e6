package apd

import (
	"fmt"
	"net/http"

	"github.com/cockroachdb/apd/v3"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var d apd.Decimal
	c := apd.BaseContext.WithPrecision(20)
	_, err := c.Sqrt(&d, apd.New(2, 0))
	fmt.Fprintln(w, d.String(), err)
})
