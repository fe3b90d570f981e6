package multierror

import (
	"fmt"
	"net/http"

	"github.com/hashicorp/go-multierror"
)

// Handler is what the program answers with.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var err *multierror.Error
	err = multierror.Append(err, http.ErrNoCookie, http.ErrBodyNotAllowed)
	fmt.Fprintln(w, err)
})
