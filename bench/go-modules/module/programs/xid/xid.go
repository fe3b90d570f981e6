package xid

import (
	"fmt"
	"net/http"

	"github.com/rs/xid"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	id, err := xid.FromString("9m4e2mr0ui3e8a215n4g")
	fmt.Fprintln(w, id.Time().UTC(), id.Counter(), id.Pid(), err)
	_, err = xid.FromString("short")
	fmt.Fprintln(w, err)
})
