package securecookie

import (
	"fmt"
	"net/http"

	"github.com/gorilla/securecookie"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	s := securecookie.New([]byte("0123456789abcdef0123456789abcdef"), []byte("0123456789abcdef"))
	text, err := s.Encode("c", map[string]int{"n": 7})
	var v map[string]int
	fmt.Fprintln(w, err, s.Decode("c", text, &v), v, s.Decode("d", text, &v))
})
