package goquery

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(`<ul><li class="a">1<li>2<li class="a b">3</ul>`))
	doc.Find("li.a:not(.b)").Each(func(i int, s *goquery.Selection) { fmt.Fprintln(w, i, s.Text()) })
	fmt.Fprintln(w, doc.Find("li").Length(), err)
})
