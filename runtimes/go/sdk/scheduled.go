package plinth

import (
	"context"
	"time"
)

// ScheduledEvent says what a call of the function that was given to [Scheduled] is for.
type ScheduledEvent struct {
	// Cron is the expression of the manifest that is due, such as "*/15 * * * *".
	Cron string
	// Time is when it was due.
	Time time.Time
}

// Scheduled makes f run at the times of the cron expressions in the program's manifest ("crons" in plinth.jsonc). A run is a
// request of its own: it starts from the same memory as others and has the same limits. Where f returns an error or panics, the run
// has failed, and the program's log says so. ctx ends when f returns.
//
// Call Scheduled in main, before or after [Handle]; a program that answers no requests need not call Handle. Outside of a Plinth
// host nothing calls f but tests.
func Scheduled(f func(ctx context.Context, event ScheduledEvent) error) {
	scheduled(f)
}
