package lo

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/samber/lo"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	words := []string{"a", "bb", "cc", "a"}
	fmt.Fprintln(w, lo.Uniq(words), lo.GroupBy(words, func(s string) int { return len(s) }), lo.Chunk(words, 3))
	fmt.Fprintln(w, lo.Map(words, func(s string, i int) string { return strings.Repeat(s, i) }), lo.Sum([]int{1, 2}))
})
