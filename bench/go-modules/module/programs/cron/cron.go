package cron

import (
	"fmt"
	"net/http"
	"time"

	"github.com/robfig/cron/v3"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	s, err := cron.ParseStandard("30 4 * * 1-5")
	_, bad := cron.ParseStandard("x")
	fmt.Fprintln(w, s.Next(time.Date(2026, 2, 28, 5, 0, 0, 0, time.UTC)), err, bad)
})
