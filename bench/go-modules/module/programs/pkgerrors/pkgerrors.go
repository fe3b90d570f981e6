package pkgerrors

import (
	"fmt"
	"net/http"

	"github.com/pkg/errors"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	err := errors.Wrap(errors.Wrapf(http.ErrNoCookie, "n %d", 3), "outer")
	fmt.Fprintln(w, err, errors.Cause(err) == http.ErrNoCookie, errors.Is(err, http.ErrNoCookie))
})
