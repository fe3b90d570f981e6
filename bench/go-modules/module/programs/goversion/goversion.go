package goversion

import (
	"fmt"
	"net/http"

	"github.com/hashicorp/go-version"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	c, err := version.NewConstraint("~> 1.2, != 1.2.5")
	v := version.Must(version.NewVersion("1.2.5"))
	fmt.Fprintln(w, c, err, c.Check(v), v.Segments())
})
