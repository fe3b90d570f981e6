package plinth

import "errors"

// ErrNotFound is the error of [Namespace.Get] and [Namespace.GetWithMetadata] for a key without a value.
var ErrNotFound = errors.New("plinth: no such key")

// ErrConflict says that a write with [IfRevision] found another revision. Test for it with errors.Is.
var ErrConflict = errors.New("plinth: the key has another revision")

const codeConflict = "PLINTH_KV_CONFLICT"

// Error is the host's refusal of a call, or that of a store in the host's place. It is in the chain of the errors of
// [Namespace] and of the *url.Error of an http.Client. Find it with errors.As.
type Error struct {
	// Code is one of docs/reference/errors.md, such as "PLINTH_FETCH_DENIED".
	Code string `json:"code"`
	// Message says what is wrong and what to do.
	Message string `json:"message"`
}

func (e *Error) Error() string {
	return e.Message + " (" + e.Code + ")"
}

// Is makes errors.Is(err, ErrConflict) true for conflicts.
func (e *Error) Is(target error) bool {
	return target == ErrConflict && e.Code == codeConflict
}
