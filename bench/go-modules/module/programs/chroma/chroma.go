package chroma

import (
	"fmt"
	"net/http"

	"github.com/alecthomas/chroma/v2/quick"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	err := quick.Highlight(w, "func main() { x := \"a\" }\n", "go", "html", "github")
	fmt.Fprintln(w, err)
})
