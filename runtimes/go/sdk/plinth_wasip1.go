package plinth

import (
	"context"
	"net/http"

	"plinth.dev/sdk/guest"
)

func handle(h http.Handler) {
	guest.Handle(h)
}

func waitUntil(ctx context.Context, f func(ctx context.Context)) {
	guest.WaitUntil(ctx, f)
}
