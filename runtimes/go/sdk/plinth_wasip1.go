package plinth

import (
	"context"
	"net/http"
	"time"

	"plinth.dev/sdk/guest"
)

func handle(h http.Handler) {
	guest.Handle(h)
}

func onRequest(f func()) {
	guest.OnRequest(f)
}

func waitUntil(ctx context.Context, f func(ctx context.Context)) {
	guest.WaitUntil(ctx, f)
}

func scheduled(f func(ctx context.Context, event ScheduledEvent) error) {
	guest.Scheduled(func(ctx context.Context, cron string, at time.Time) error {
		return f(ctx, ScheduledEvent{cron, at})
	})
}
