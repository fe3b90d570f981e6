//go:build !plinth

package guest

import (
	"context"

	"plinth.dev/sdk/internal/message"
)

// newSender returns nil, because the response of a static program leaves as a whole.
func newSender(context.Context, *request) message.Sender { return nil }
