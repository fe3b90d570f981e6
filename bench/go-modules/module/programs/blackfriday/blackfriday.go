package blackfriday

import (
	"net/http"

	"github.com/russross/blackfriday/v2"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Write(blackfriday.Run([]byte("# A *b*\n\n- c\n- d\n\n```go\nx := 1\n```\n"), blackfriday.WithExtensions(blackfriday.CommonExtensions)))
})
