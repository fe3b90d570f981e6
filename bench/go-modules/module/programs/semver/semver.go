package semver

import (
	"fmt"
	"net/http"

	"github.com/Masterminds/semver/v3"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	c, err := semver.NewConstraint(">= 1.2, < 3")
	v := semver.MustParse("1.3.0-beta.1+b")
	fmt.Fprintln(w, c, err, c.Check(v), v.IncMinor(), c.Check(semver.MustParse("2.9.9")))
})
