package feeds

import (
	"net/http"
	"time"

	"github.com/gorilla/feeds"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	f := &feeds.Feed{Title: "t", Link: &feeds.Link{Href: "https://x.example"}, Created: time.Unix(0, 0).UTC()}
	f.Items = []*feeds.Item{{Title: "a & b", Id: "1", Link: &feeds.Link{Href: "https://x.example/1"}, Created: time.Unix(60, 0).UTC()}}
	f.WriteRss(w)
	f.WriteJSON(w)
})
