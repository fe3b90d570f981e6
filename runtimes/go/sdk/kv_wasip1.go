//go:build plinth

package plinth

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// The namespaces of the host: the binding "kv", whose messages are in docs/reference/kv.md.

type kvGet struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

type kvGetMany struct {
	Name string   `json:"name"`
	Keys []string `json:"keys"`
}

type kvPut struct {
	Name string `json:"name"`
	Key  string `json:"key"`
	putOptions
}

type kvDelete struct {
	Name string `json:"name"`
	Key  string `json:"key"`
	deleteOptions
}

type kvList struct {
	Name   string `json:"name"`
	Prefix string `json:"prefix,omitempty"`
	Limit  int    `json:"limit,omitempty"`
	Cursor string `json:"cursor,omitempty"`
}

// kvEntry is what the host says of an entry: the answer to "get", with Key and Size one of those to "getMany".
type kvEntry struct {
	Metadata   json.RawMessage `json:"metadata"`
	Revision   int64           `json:"revision"`
	Expiration int64           `json:"expiration"`
	Key        string          `json:"key"`
	Size       int             `json:"size"`
}

type kvKeys struct {
	Keys []struct {
		Name       string          `json:"name"`
		Expiration int64           `json:"expiration"`
		Metadata   json.RawMessage `json:"metadata"`
	} `json:"keys"`
	Cursor string `json:"cursor"`
}

type kvWritten struct {
	Revision int64 `json:"revision"`
}

func (e *kvEntry) entry(value []byte) Entry {
	return Entry{value, orNil(e.Metadata), e.Revision, unixTime(e.Expiration)}
}

func unixTime(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

func (n *Namespace) get(ctx context.Context, key string) (*Entry, error) {
	found, value, err := call[kvGet, *kvEntry](ctx, "kv", "get", kvGet{n.name, key}, nil)
	if found == nil {
		return nil, err
	}
	entry := found.entry(value)
	return &entry, nil
}

func (n *Namespace) getMulti(ctx context.Context, keys []string) (map[string]Entry, error) {
	found, values, err := call[kvGetMany, []*kvEntry](ctx, "kv", "getMany", kvGetMany{n.name, keys}, nil)
	if err != nil {
		return nil, err
	}
	entries := make(map[string]Entry, len(found))
	for _, item := range found {
		if item == nil {
			continue
		}
		if item.Size > len(values) {
			return nil, errors.New("plinth: the host's answer is cut off")
		}
		entries[item.Key] = item.entry(values[:item.Size:item.Size])
		values = values[item.Size:]
	}
	return entries, nil
}

func (n *Namespace) put(ctx context.Context, key string, value []byte, options putOptions) (int64, error) {
	written, _, err := call[kvPut, kvWritten](ctx, "kv", "put", kvPut{n.name, key, options}, value)
	return written.Revision, err
}

func (n *Namespace) remove(ctx context.Context, key string, options deleteOptions) error {
	_, _, err := call[kvDelete, json.RawMessage](ctx, "kv", "delete", kvDelete{n.name, key, options}, nil)
	return err
}

func (n *Namespace) list(ctx context.Context, options ListOptions) (Page, error) {
	arguments := kvList{n.name, options.Prefix, options.Limit, options.Cursor}
	found, _, err := call[kvList, kvKeys](ctx, "kv", "list", arguments, nil)
	if err != nil {
		return Page{}, err
	}
	page := Page{Keys: make([]Key, len(found.Keys)), Cursor: found.Cursor}
	for i, key := range found.Keys {
		page.Keys[i] = Key{key.Name, orNil(key.Metadata), unixTime(key.Expiration)}
	}
	return page, nil
}
