package ulid

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/oklog/ulid/v2"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	id, err := ulid.New(1_700_000_000_000, bytes.NewReader(make([]byte, 16)))
	parsed, _ := ulid.Parse(id.String())
	fmt.Fprintln(w, id, err, parsed.Time())
})
