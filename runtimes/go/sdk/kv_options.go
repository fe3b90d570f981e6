package plinth

import (
	"encoding/json"
	"fmt"
	"time"
)

// PutOption is an option of [Namespace.Put]: [Expiration], [TTL], [Metadata] or [IfRevision].
type PutOption interface {
	setPut(*putOptions) error
}

// DeleteOption is an option of [Namespace.Delete]: [IfRevision].
type DeleteOption interface {
	setDelete(*deleteOptions)
}

// putOptions and deleteOptions are also sent to the host (docs/reference/kv.md). Times are Unix times in s.
type putOptions struct {
	Expiration    int64           `json:"expiration,omitempty"`
	ExpirationTTL int64           `json:"expirationTtl,omitempty"`
	Metadata      json.RawMessage `json:"metadata,omitempty"`
	IfRevision    *int64          `json:"ifRevision,omitempty"`
}

type deleteOptions struct {
	IfRevision *int64 `json:"ifRevision,omitempty"`
}

type putOption func(*putOptions) error

func (set putOption) setPut(put *putOptions) error {
	return set(put)
}

// Expiration removes the value at a time, which must be at least a minute away. It counts in whole seconds.
func Expiration(at time.Time) PutOption {
	return putOption(func(put *putOptions) error {
		// 0 would mean that the value stays for ever.
		put.Expiration = max(at.Unix(), 1)
		return nil
	})
}

// TTL removes the value after a time of at least a minute. It counts in whole seconds.
func TTL(after time.Duration) PutOption {
	return putOption(func(put *putOptions) error {
		// Rounding must not turn a short time into 0, which would mean that the value stays for ever.
		put.ExpirationTTL = max(int64(after/time.Second), 1)
		return nil
	})
}

// Metadata stores a small value beside the large one, as JSON of up to 1,024 bytes by encoding/json. Listings include it.
func Metadata(value any) PutOption {
	return putOption(func(put *putOptions) (err error) {
		if put.Metadata, err = json.Marshal(value); err != nil {
			return fmt.Errorf("plinth: metadata: %w", err)
		}
		return nil
	})
}

// RevisionOption is the type of [IfRevision], an option of both kinds of writes.
type RevisionOption struct {
	revision int64
}

// IfRevision writes only if the key still has this revision. 0 stands for a key without a value. Otherwise the method
// writes nothing and returns an error that is [ErrConflict] to errors.Is.
func IfRevision(revision int64) RevisionOption {
	return RevisionOption{revision}
}

func (o RevisionOption) setPut(put *putOptions) error {
	put.IfRevision = &o.revision
	return nil
}

func (o RevisionOption) setDelete(remove *deleteOptions) {
	remove.IfRevision = &o.revision
}

// orNil turns JSON's null into Go's nil.
func orNil(metadata []byte) json.RawMessage {
	if string(metadata) == "null" {
		return nil
	}
	return metadata
}
