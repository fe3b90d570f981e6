package plinth

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"
	"unicode/utf8"
)

// Namespace is a key-value namespace of the host. All methods may be called from several goroutines at a time.
//
// Reads are answered at once. A write has reached the disk when its method returns. The request waits meanwhile and holds
// no thread. Bindings answer only requests. At start-up, in main and before it, every method returns an error.
//
// Outside of a Plinth host (go run, go test) a namespace is in the memory of the process, so that programs can be tried and
// tested without a host.
type Namespace struct {
	name string
}

// KV returns the namespace that the program's manifest (plinth.jsonc) has under this name in "kv". It costs nothing and
// does not check that the namespace exists. Calls check that, and fail with an [Error].
func KV(name string) *Namespace {
	return &Namespace{name}
}

// Entry is a value with its metadata, revision and expiration.
type Entry struct {
	Value []byte
	// Metadata is JSON. It is nil if the value was written without metadata.
	Metadata json.RawMessage
	// Revision grows with every write. Give it to [IfRevision] to write only if nobody has changed the value since.
	Revision int64
	// Expiration is the time at which the value is removed. It is the zero time if the value stays.
	Expiration time.Time
}

// Get returns the value of a key, or [ErrNotFound].
func (n *Namespace) Get(ctx context.Context, key string) ([]byte, error) {
	entry, err := n.GetWithMetadata(ctx, key)
	return entry.Value, err
}

// GetWithMetadata returns the value of a key with its metadata, its revision and its expiration, or [ErrNotFound].
func (n *Namespace) GetWithMetadata(ctx context.Context, key string) (Entry, error) {
	if err := checkKeys(key); err != nil {
		return Entry{}, err
	}
	entry, err := n.get(ctx, key)
	switch {
	case err != nil:
		return Entry{}, err
	case entry == nil:
		return Entry{}, ErrNotFound
	}
	return *entry, nil
}

// GetMulti returns the entries of up to 100 keys in one call. Keys without a value are not in the map.
func (n *Namespace) GetMulti(ctx context.Context, keys ...string) (map[string]Entry, error) {
	if err := checkKeys(keys...); err != nil {
		return nil, err
	}
	return n.getMulti(ctx, keys)
}

// Put writes a value of up to 25 MiB under a key of up to 512 bytes, and returns its revision. It replaces the old value
// with its metadata and expiration.
func (n *Namespace) Put(ctx context.Context, key string, value []byte, options ...PutOption) (revision int64, err error) {
	if err := checkKeys(key); err != nil {
		return 0, err
	}
	var put putOptions
	for _, option := range options {
		if err := option.setPut(&put); err != nil {
			return 0, err
		}
	}
	return n.put(ctx, key, value, put)
}

// Delete removes a key. It returns no error if the key has no value.
func (n *Namespace) Delete(ctx context.Context, key string, options ...DeleteOption) error {
	if err := checkKeys(key); err != nil {
		return err
	}
	var remove deleteOptions
	for _, option := range options {
		option.setDelete(&remove)
	}
	return n.remove(ctx, key, remove)
}

// Key is a key in a listing.
type Key struct {
	Name string
	// Metadata and Expiration are as in [Entry].
	Metadata   json.RawMessage
	Expiration time.Time
}

// ListOptions says which keys to list. The zero value stands for all keys.
type ListOptions struct {
	// Prefix is the beginning of the keys.
	Prefix string
	// Cursor is the cursor of the page before. It is empty for the first page.
	Cursor string
	// Limit is the largest number of keys in a page, at most 1,000. 0 stands for 1,000.
	Limit int
}

// Page is a part of a listing.
type Page struct {
	// Keys are in the order of their bytes.
	Keys []Key
	// Cursor leads to the next page. It is empty on the last page.
	Cursor string
}

// List returns a page of the namespace's keys. [Namespace.Keys] goes through all pages.
func (n *Namespace) List(ctx context.Context, options ListOptions) (Page, error) {
	if !utf8.ValidString(options.Prefix) {
		return Page{}, fmt.Errorf("plinth: the prefix %q is no UTF-8", options.Prefix)
	}
	return n.list(ctx, options)
}

// Keys goes through all keys that begin with prefix, in the order of their bytes. An error ends it:
//
//	for key, err := range plinth.KV("PAGES").Keys(ctx, "blog/") {
//		if err != nil {
//			return err
//		}
//		fmt.Println(key.Name)
//	}
func (n *Namespace) Keys(ctx context.Context, prefix string) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		options := ListOptions{Prefix: prefix}
		for {
			page, err := n.List(ctx, options)
			if err != nil {
				yield(Key{}, err)
				return
			}
			for _, key := range page.Keys {
				if !yield(key, nil) {
					return
				}
			}
			if page.Cursor == "" {
				return
			}
			options.Cursor = page.Cursor
		}
	}
}

// checkKeys refuses keys that JSON would change on the way. The host checks all other limits.
func checkKeys(keys ...string) error {
	for _, key := range keys {
		if !utf8.ValidString(key) {
			return fmt.Errorf("plinth: the key %q is no UTF-8", key)
		}
	}
	return nil
}
