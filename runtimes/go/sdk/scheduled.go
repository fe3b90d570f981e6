package plinth

import (
	"context"
	"time"
)

// ScheduledEvent describes a run of the function that was given to [Scheduled].
type ScheduledEvent struct {
	// Cron is the expression of the manifest that is due, such as "*/15 * * * *".
	Cron string
	// Time is the time at which the run was due.
	Time time.Time
}

// Scheduled makes f run at the times of the cron expressions in the program's manifest ("crons" in plinth.jsonc). Each run
// is a separate request. It starts from the same memory as others and has the same limits. If f returns an error or panics,
// the run has failed, and the program's log says so. ctx ends when f returns.
//
// Call Scheduled in main, before or after [Handle]. A program that answers no requests need not call Handle. Outside of a
// Plinth host only tests call f.
func Scheduled(f func(ctx context.Context, event ScheduledEvent) error) {
	scheduled(f)
}
