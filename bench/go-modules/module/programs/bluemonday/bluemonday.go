package bluemonday

import (
	"fmt"
	"net/http"

	"github.com/microcosm-cc/bluemonday"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	const page = `<a href="javascript:x" onclick="y">z</a><b>q</b><script>1</script><img src="http://x.example/i.png">`
	fmt.Fprintln(w, bluemonday.UGCPolicy().Sanitize(page), bluemonday.StrictPolicy().Sanitize(page))
})
