//go:build plinth

package plinth

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"plinth.dev/sdk/internal/message"
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

type kvKeys struct {
	Keys []struct {
		Name       string          `json:"name"`
		Expiration int64           `json:"expiration"`
		Metadata   json.RawMessage `json:"metadata"`
	} `json:"keys"`
	Cursor string `json:"cursor"`
}

// readEntry reads the host's description of an entry, from the answer to "get" or to "getMany". Those of "getMany" also
// have the key and the length of the value.
func readEntry(object []byte) (entry Entry, key string, size int) {
	for name, value := range message.Members(object) {
		switch name {
		case "metadata":
			entry.Metadata = orNil(value)
		case "revision":
			entry.Revision = number(value)
		case "expiration":
			entry.Expiration = unixTime(number(value))
		case "key":
			key = message.Text(value)
		case "size":
			size = int(number(value))
		}
	}
	return entry, key, size
}

// number reads a whole number. Any other value is 0, above all null.
func number(value []byte) int64 {
	n, _ := strconv.ParseInt(string(value), 10, 64)
	return n
}

func unixTime(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

func (n *Namespace) get(ctx context.Context, key string) (*Entry, error) {
	found, value, err := call(ctx, "kv", "get", kvGet{n.name, key}, nil)
	if err != nil || string(found) == "null" {
		return nil, err
	}
	entry, _, _ := readEntry(found)
	entry.Value = value
	return &entry, nil
}

func (n *Namespace) getMulti(ctx context.Context, keys []string) (map[string]Entry, error) {
	value, content, err := call(ctx, "kv", "getMany", kvGetMany{n.name, keys}, nil)
	if err != nil {
		return nil, err
	}
	found, err := decode[[]json.RawMessage](value)
	if err != nil {
		return nil, err
	}
	entries := make(map[string]Entry, len(found))
	for _, item := range found {
		if string(item) == "null" {
			continue
		}
		entry, key, size := readEntry(item)
		if size > len(content) {
			return nil, errors.New("plinth: the host's answer is cut off")
		}
		entry.Value, content = content[:size:size], content[size:]
		entries[key] = entry
	}
	return entries, nil
}

func (n *Namespace) put(ctx context.Context, key string, value []byte, options putOptions) (revision int64, err error) {
	written, _, err := call(ctx, "kv", "put", kvPut{n.name, key, options}, value)
	for name, value := range message.Members(written) {
		if name == "revision" {
			revision = number(value)
		}
	}
	return revision, err
}

func (n *Namespace) remove(ctx context.Context, key string, options deleteOptions) error {
	_, _, err := call(ctx, "kv", "delete", kvDelete{n.name, key, options}, nil)
	return err
}

func (n *Namespace) list(ctx context.Context, options ListOptions) (Page, error) {
	value, _, err := call(ctx, "kv", "list", kvList{n.name, options.Prefix, options.Limit, options.Cursor}, nil)
	if err != nil {
		return Page{}, err
	}
	found, err := decode[kvKeys](value)
	if err != nil {
		return Page{}, err
	}
	page := Page{Keys: make([]Key, len(found.Keys)), Cursor: found.Cursor}
	for i, key := range found.Keys {
		page.Keys[i] = Key{key.Name, orNil(key.Metadata), unixTime(key.Expiration)}
	}
	return page, nil
}
