//go:build !wasip1

package plinth

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// The namespaces of a program on its developer's machine. They are in memory, empty at the start, with the host's limits.

const (
	mostKeyBytes      = 512
	mostValueBytes    = 25 << 20
	mostMetadataBytes = 1024
	mostListed        = 1000
	mostKeysAtOnce    = 100
	leastSeconds      = 60
)

// memory holds the entries of all namespaces by name and key.
var memory struct {
	sync.Mutex
	namespaces map[string]map[string]Entry
	revision   int64
}

// lockMemory returns the namespace's entries without expired ones. The caller unlocks.
func (n *Namespace) lockMemory() map[string]Entry {
	memory.Lock()
	entries := memory.namespaces[n.name]
	if entries == nil {
		if memory.namespaces == nil {
			memory.namespaces = make(map[string]map[string]Entry)
		}
		entries = make(map[string]Entry)
		memory.namespaces[n.name] = entries
	}
	now := time.Now()
	for key, entry := range entries {
		if !entry.Expiration.IsZero() && !entry.Expiration.After(now) {
			delete(entries, key)
		}
	}
	return entries
}

func (n *Namespace) get(ctx context.Context, key string) (*Entry, error) {
	found, err := n.getMulti(ctx, []string{key})
	if entry, ok := found[key]; ok {
		return &entry, nil
	}
	return nil, err
}

func (n *Namespace) getMulti(ctx context.Context, keys []string) (map[string]Entry, error) {
	if err := checkMemory(ctx, keys...); err != nil {
		return nil, err
	}
	if len(keys) > mostKeysAtOnce {
		return nil, &Error{"PLINTH_KV_ARGUMENT", fmt.Sprintf("%d keys are read at once, and the limit is %d", len(keys), mostKeysAtOnce)}
	}
	entries := n.lockMemory()
	defer memory.Unlock()
	found := make(map[string]Entry, len(keys))
	for _, key := range keys {
		if entry, ok := entries[key]; ok {
			entry.Value = slices.Clone(entry.Value)
			found[key] = entry
		}
	}
	return found, nil
}

func (n *Namespace) put(ctx context.Context, key string, value []byte, options putOptions) (int64, error) {
	if err := checkMemory(ctx, key); err != nil {
		return 0, err
	}
	if len(value) > mostValueBytes {
		return 0, &Error{"PLINTH_KV_VALUE_TOO_LARGE", fmt.Sprintf("the value for %q has %d bytes and the limit is %d", key, len(value), mostValueBytes)}
	}
	if len(options.Metadata) > mostMetadataBytes {
		return 0, &Error{"PLINTH_KV_METADATA_TOO_LARGE", fmt.Sprintf("the metadata for %q has %d bytes and the limit is %d", key, len(options.Metadata), mostMetadataBytes)}
	}
	expiration, err := options.expires(time.Now())
	if err != nil {
		return 0, err
	}
	entries := n.lockMemory()
	defer memory.Unlock()
	if err := checkRevision(key, entries[key].Revision, options.IfRevision); err != nil {
		return 0, err
	}
	memory.revision++
	entries[key] = Entry{slices.Clone(value), orNil(options.Metadata), memory.revision, expiration}
	return memory.revision, nil
}

func (n *Namespace) remove(ctx context.Context, key string, options deleteOptions) error {
	if err := checkMemory(ctx, key); err != nil {
		return err
	}
	entries := n.lockMemory()
	defer memory.Unlock()
	if err := checkRevision(key, entries[key].Revision, options.IfRevision); err != nil {
		return err
	}
	delete(entries, key)
	return nil
}

// list uses the last key of a page as the cursor of the next page.
func (n *Namespace) list(ctx context.Context, options ListOptions) (Page, error) {
	if err := ctx.Err(); err != nil {
		return Page{}, err
	}
	last, err := base64.RawURLEncoding.DecodeString(options.Cursor)
	if err != nil {
		return Page{}, &Error{"PLINTH_KV_ARGUMENT", "cursor is not one that a listing has returned"}
	}
	limit := options.Limit
	if limit == 0 {
		limit = mostListed
	}
	if limit < 1 || limit > mostListed {
		return Page{}, &Error{"PLINTH_KV_ARGUMENT", fmt.Sprintf("limit is %d, and must be 1 to %d", limit, mostListed)}
	}
	entries := n.lockMemory()
	defer memory.Unlock()
	var page Page
	for name, entry := range entries {
		if strings.HasPrefix(name, options.Prefix) && name > string(last) {
			page.Keys = append(page.Keys, Key{name, entry.Metadata, entry.Expiration})
		}
	}
	slices.SortFunc(page.Keys, func(a, b Key) int { return strings.Compare(a.Name, b.Name) })
	if len(page.Keys) > limit {
		page.Keys = page.Keys[:limit]
		page.Cursor = base64.RawURLEncoding.EncodeToString([]byte(page.Keys[limit-1].Name))
	}
	return page, nil
}

// expires is the time at which a value written now is removed. It is the zero time if the value stays.
func (o *putOptions) expires(now time.Time) (time.Time, error) {
	at := o.Expiration
	switch {
	case o.ExpirationTTL != 0:
		at = now.Unix() + o.ExpirationTTL
	case at == 0:
		return time.Time{}, nil
	}
	if at < now.Unix()+leastSeconds {
		return time.Time{}, &Error{"PLINTH_KV_EXPIRATION", fmt.Sprintf("the value would expire in %d seconds; at least %d are needed", at-now.Unix(), leastSeconds)}
	}
	return time.Unix(at, 0), nil
}

// checkMemory makes the checks at the beginning of each method.
func checkMemory(ctx context.Context, keys ...string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, key := range keys {
		if key == "" || key == "." || key == ".." || len(key) > mostKeyBytes {
			return &Error{"PLINTH_KV_KEY", fmt.Sprintf("a key of %d bytes, %.20q: use 1 to %d, and neither \".\" nor \"..\"", len(key), key, mostKeyBytes)}
		}
	}
	return nil
}

// checkRevision compares the revision of a key, which is 0 without a value, with the revision that a write expects.
func checkRevision(key string, actual int64, wanted *int64) error {
	if wanted == nil || *wanted == actual {
		return nil
	}
	return &Error{codeConflict, fmt.Sprintf("the key %q is at revision %d and the write was for revision %d", key, actual, *wanted)}
}
