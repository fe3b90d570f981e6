//go:build plinth

package plinth

import (
	"context"
	"encoding/json"
	"fmt"

	"plinth.dev/sdk/guest"
	"plinth.dev/sdk/internal/message"
)

// callHead is the head of a call (host/bindings/message.ts).
type callHead[A any] struct {
	Binding   string `json:"binding"`
	Method    string `json:"method"`
	Arguments A      `json:"arguments"`
}

// replyHead is the head of a reply: a value or an error.
type replyHead[V any] struct {
	Value V      `json:"value"`
	Error *Error `json:"error"`
}

// call calls a method of a binding. The content is the reply's body.
func call[A, V any](ctx context.Context, binding, method string, arguments A, body []byte) (value V, content []byte, err error) {
	head, err := json.Marshal(callHead[A]{binding, method, arguments})
	if err != nil {
		return value, nil, fmt.Errorf("plinth: %s.%s: %w", binding, method, err)
	}
	frame, err := guest.Call(ctx, message.Frame(head, body))
	if err != nil {
		return value, nil, err
	}
	return decodeReply[V](frame)
}

func decodeReply[V any](frame []byte) (value V, content []byte, err error) {
	head, content, err := message.SplitFrame(frame)
	if err != nil {
		return value, nil, err
	}
	var reply replyHead[V]
	if err := json.Unmarshal(head, &reply); err != nil {
		return value, nil, fmt.Errorf("plinth: the host's answer: %w", err)
	}
	if reply.Error != nil {
		return value, nil, reply.Error
	}
	return reply.Value, content, nil
}
