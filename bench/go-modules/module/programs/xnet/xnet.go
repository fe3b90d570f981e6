package xnet

import (
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	doc, err := html.Parse(strings.NewReader("<p>a<b>c<p>d"))
	html.Render(w, doc)
	name, _ := idna.ToASCII("bücher.example")
	suffix, _ := publicsuffix.PublicSuffix("a.b.co.uk")
	fmt.Fprintln(w, err, name, suffix)
})
