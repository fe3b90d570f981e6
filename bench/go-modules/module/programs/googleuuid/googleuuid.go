package googleuuid

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	id := uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://example.com"))
	fmt.Fprintln(w, id, id.Version(), id.Variant())
	_, err := uuid.Parse("not one")
	fmt.Fprintln(w, err)
})
