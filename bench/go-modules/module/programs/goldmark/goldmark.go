package goldmark

import (
	"fmt"
	"net/http"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	err := md.Convert([]byte("# A *b*\n\n| x | y |\n|---|---|\n| 1 | `2` |\n\n- [ ] c\n\nhttps://x.example\n"), w)
	fmt.Fprintln(w, err)
})
