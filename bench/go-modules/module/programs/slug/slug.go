package slug

import (
	"fmt"
	"net/http"

	"github.com/gosimple/slug"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, slug.Make("Hellö Wörld хелло ворлд"), slug.MakeLang("Diese & Dass", "de"), slug.IsSlug("a-b"))
})
