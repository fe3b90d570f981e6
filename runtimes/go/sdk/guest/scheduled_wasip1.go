package guest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"plinth.dev/sdk/internal/message"
)

// scheduledURI is the URI of the requests by which the host runs the scheduled function. No client can send it.
const scheduledURI = "plinth://scheduled"

// scheduled is the function that the program gave to Scheduled.
var scheduled func(ctx context.Context, cron string, at time.Time) error

// Scheduled registers the function that runs at the times of the program's cron expressions. A later call replaces it.
func Scheduled(f func(ctx context.Context, cron string, at time.Time) error) {
	scheduled = f
}

// runScheduled runs the scheduled function for a request of the host.
func runScheduled(ctx context.Context, in *message.Incoming) error {
	if scheduled == nil {
		return errors.New("the manifest has cron expressions, and the program has not called plinth.Scheduled")
	}
	var cron string
	var at time.Time
	for _, field := range in.Fields {
		switch field.Name {
		case "cron":
			cron = field.Value
		case "scheduled-time":
			ms, err := strconv.ParseInt(field.Value, 10, 64)
			if err != nil {
				return fmt.Errorf("the host's scheduled-time: %w", err)
			}
			at = time.UnixMilli(ms)
		}
	}
	if err := scheduled(ctx, cron, at); err != nil {
		return fmt.Errorf("the scheduled function: %w", err)
	}
	return nil
}
