package ksuid

import (
	"fmt"
	"net/http"
	"time"

	"github.com/segmentio/ksuid"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	id, err := ksuid.FromParts(time.Unix(1_700_000_000, 0), make([]byte, 16))
	fmt.Fprintln(w, id, err, id.Next())
})
