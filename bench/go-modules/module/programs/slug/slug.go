package slug

import (
	"fmt"
	"net/http"

	"github.com/gosimple/slug"
)

// Handler is what the program answers with.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, slug.Make("Hellö Wörld хелло ворлд"), slug.MakeLang("Diese & Dass", "de"), slug.IsSlug("a-b"))
})
