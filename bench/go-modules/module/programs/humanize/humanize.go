package humanize

import (
	"fmt"
	"net/http"
	"time"

	"github.com/dustin/go-humanize"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	fmt.Fprintln(w, humanize.Bytes(82_854_982), humanize.Comma(-1234567), humanize.Ordinal(3), humanize.RelTime(now, now.Add(49*time.Hour), "ago", "from now"))
})
