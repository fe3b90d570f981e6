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

// putOptions and deleteOptions are also what goes to the host (docs/reference/kv.md): times are Unix times in s.
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

// Expiration has the value go at a time, which must be at least a minute away. It counts in whole seconds.
func Expiration(at time.Time) PutOption {
	return putOption(func(put *putOptions) error {
		// 0 would mean for ever.
		put.Expiration = max(at.Unix(), 1)
		return nil
	})
}

// TTL has the value go after a while, at least a minute. It counts in whole seconds.
func TTL(after time.Duration) PutOption {
	return putOption(func(put *putOptions) error {
		// What is cut off must not turn a short time into none, which would mean for ever.
		put.ExpirationTTL = max(int64(after/time.Second), 1)
		return nil
	})
}

// Metadata keeps a small value beside the large one: 1,024 bytes of the JSON that encoding/json makes of it. Listings have it.
func Metadata(value any) PutOption {
	return putOption(func(put *putOptions) (err error) {
		if put.Metadata, err = json.Marshal(value); err != nil {
			return fmt.Errorf("plinth: metadata: %w", err)
		}
		return nil
	})
}

// RevisionOption is what [IfRevision] returns: an option of writes of both kinds.
type RevisionOption struct {
	revision int64
}

// IfRevision writes only if the key has this revision still, and 0 only if it has no value. Otherwise the method returns an
// error that is [ErrConflict] to errors.Is, and nothing is written.
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

// orNil makes of JSON's null what stands for it in Go.
func orNil(metadata []byte) json.RawMessage {
	if string(metadata) == "null" {
		return nil
	}
	return metadata
}
