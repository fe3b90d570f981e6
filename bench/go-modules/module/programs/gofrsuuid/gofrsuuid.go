package gofrsuuid

import (
	"fmt"
	"net/http"

	"github.com/gofrs/uuid/v5"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	id := uuid.NewV5(uuid.NamespaceDNS, "example.com")
	_, err := uuid.FromString("x")
	fmt.Fprintln(w, id, id.Version(), err)
})
