package multierror

import (
	"fmt"
	"net/http"

	"github.com/hashicorp/go-multierror"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var err *multierror.Error
	err = multierror.Append(err, http.ErrNoCookie, http.ErrBodyNotAllowed)
	fmt.Fprintln(w, err)
})
