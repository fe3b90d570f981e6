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

// call calls a method of a binding. It returns the reply's value, which is JSON, and the reply's body.
func call[A any](ctx context.Context, binding, method string, arguments A, body []byte) (value, content []byte, err error) {
	head, err := json.Marshal(callHead[A]{binding, method, arguments})
	if err != nil {
		return nil, nil, fmt.Errorf("plinth: %s.%s: %w", binding, method, err)
	}
	frame, err := guest.Call(ctx, message.Frame(head, body))
	if err != nil {
		return nil, nil, err
	}
	head, content, err = message.SplitFrame(frame)
	if err != nil {
		return nil, nil, err
	}
	for name, part := range message.Members(head) {
		switch name {
		case "value":
			value = part
		case "error":
			return nil, nil, decodeError(part)
		}
	}
	return value, content, nil
}

func decodeError(object []byte) *Error {
	e := &Error{}
	for name, value := range message.Members(object) {
		switch name {
		case "code":
			e.Code = message.Text(value)
		case "message":
			e.Message = message.Text(value)
		}
	}
	return e
}

// decode reads a value by encoding/json. Such values are too rare for a reader written by hand.
func decode[V any](value []byte) (decoded V, err error) {
	if err = json.Unmarshal(value, &decoded); err != nil {
		err = fmt.Errorf("plinth: the host's answer: %w", err)
	}
	return decoded, err
}
