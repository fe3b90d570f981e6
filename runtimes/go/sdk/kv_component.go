//go:build plinthcomponent

package plinth

import (
	"context"
	"encoding/json"
	"time"
	"unsafe"
)

//go:wasmimport plinth:kv/store@0.1.0 get
func witGet(namespace, key string, result unsafe.Pointer)

//go:wasmimport plinth:kv/store@0.1.0 get-many
func witGetMany(namespace string, keys unsafe.Pointer, count uint32, result unsafe.Pointer)

//go:wasmimport plinth:kv/store@0.1.0 put
func witPut(namespace, key string, value unsafe.Pointer, length uint32,
	hasExpiration uint32, expiration uint64, hasTTL uint32, ttl uint64, hasMetadata uint32, metadata string,
	hasRevision uint32, revision uint64, result unsafe.Pointer)

//go:wasmimport plinth:kv/store@0.1.0 delete
func witDelete(namespace, key string, hasRevision uint32, revision uint64, result unsafe.Pointer)

//go:wasmimport plinth:kv/store@0.1.0 list
func witListKeys(namespace string, hasPrefix uint32, prefix string, hasLimit, limit, hasCursor uint32, cursor string,
	result unsafe.Pointer)

// witEntry is the record entry.
type witEntry struct {
	value      witBytes
	metadata   witOptionText
	revision   uint64
	expiration witOptionInt
}

// witOptionEntry is option<entry>.
type witOptionEntry struct {
	some  uint8
	entry witEntry
}

func (o *witOptionEntry) lift() *Entry {
	if o.some == 0 {
		return nil
	}
	e := &o.entry
	return &Entry{
		Value:      e.value.bytes(),
		Metadata:   e.metadata.json(),
		Revision:   int64(e.revision),
		Expiration: witTime(e.expiration),
	}
}

func (o witOptionText) json() json.RawMessage {
	if o.some == 0 {
		return nil
	}
	return o.text.bytes()
}

func witTime(seconds witOptionInt) time.Time {
	if seconds.some == 0 {
		return time.Time{}
	}
	return time.Unix(int64(seconds.value), 0)
}

func (n *Namespace) get(ctx context.Context, key string) (*Entry, error) {
	var result struct {
		failed uint8
		// The record entry, or the record error at the same place.
		entry witOptionEntry
	}
	return witCall(ctx,
		func() { witGet(n.name, key, unsafe.Pointer(&result)) },
		func() (*Entry, error) {
			if result.failed != 0 {
				return nil, (*witError)(unsafe.Pointer(&result.entry)).lift()
			}
			return result.entry.lift(), nil
		})
}

func (n *Namespace) getMulti(ctx context.Context, keys []string) (map[string]Entry, error) {
	var result struct {
		failed uint8
		// The record error, or the list of entries at the same place.
		error witError
	}
	return witCall(ctx,
		func() {
			witKept = keys
			list := make([]witBytes, len(keys))
			for i, key := range keys {
				list[i] = witText(key)
			}
			witGetMany(n.name, unsafe.Pointer(unsafe.SliceData(list)), uint32(len(list)), unsafe.Pointer(&result))
		},
		func() (map[string]Entry, error) {
			if result.failed != 0 {
				return nil, result.error.lift()
			}
			entries := map[string]Entry{}
			found := witList[witOptionEntry](*(*witBytes)(unsafe.Pointer(&result.error)))
			for i := range found {
				if entry := found[i].lift(); entry != nil {
					entries[keys[i]] = *entry
				}
			}
			return entries, nil
		})
}

func (n *Namespace) put(ctx context.Context, key string, value []byte, options putOptions) (int64, error) {
	var result struct {
		failed uint8
		// The revision, or the record error from here on.
		revision uint64
		_        uint64
	}
	return witCall(ctx,
		func() {
			hasExpiration, expiration := someInt(orNone(options.Expiration))
			hasTTL, ttl := someInt(orNone(options.ExpirationTTL))
			hasMetadata, metadata := someText(string(options.Metadata))
			hasRevision, revision := someInt(options.IfRevision)
			witPut(n.name, key, unsafe.Pointer(unsafe.SliceData(value)), uint32(len(value)),
				hasExpiration, expiration, hasTTL, ttl, hasMetadata, metadata, hasRevision, revision, unsafe.Pointer(&result))
		},
		func() (int64, error) {
			if result.failed != 0 {
				return 0, (*witError)(unsafe.Pointer(&result.revision)).lift()
			}
			return int64(result.revision), nil
		})
}

// orNone turns 0, which stands for no time, into the value that stands for no time here.
func orNone(seconds int64) *int64 {
	if seconds == 0 {
		return nil
	}
	return &seconds
}

func (n *Namespace) remove(ctx context.Context, key string, options deleteOptions) error {
	var result struct {
		failed uint8
		error  witError
	}
	_, err := witCall(ctx,
		func() {
			hasRevision, revision := someInt(options.IfRevision)
			witDelete(n.name, key, hasRevision, revision, unsafe.Pointer(&result))
		},
		func() (none struct{}, err error) {
			if result.failed != 0 {
				err = result.error.lift()
			}
			return none, err
		})
	return err
}

// witListedKey is the record listed-key.
type witListedKey struct {
	name       witBytes
	metadata   witOptionText
	expiration witOptionInt
}

func (n *Namespace) list(ctx context.Context, options ListOptions) (Page, error) {
	var result struct {
		failed uint8
		// The record page, or the record error at the same place.
		page struct {
			keys   witBytes
			cursor witOptionText
		}
	}
	return witCall(ctx,
		func() {
			hasPrefix, prefix := someText(options.Prefix)
			hasCursor, cursor := someText(options.Cursor)
			hasLimit := min(uint32(max(options.Limit, -options.Limit)), 1)
			witListKeys(n.name, hasPrefix, prefix, hasLimit, uint32(options.Limit), hasCursor, cursor, unsafe.Pointer(&result))
		},
		func() (page Page, err error) {
			if result.failed != 0 {
				return page, (*witError)(unsafe.Pointer(&result.page)).lift()
			}
			for _, key := range witList[witListedKey](result.page.keys) {
				page.Keys = append(page.Keys, Key{key.name.text(), key.metadata.json(), witTime(key.expiration)})
			}
			if result.page.cursor.some != 0 {
				page.Cursor = result.page.cursor.text.text()
			}
			return page, nil
		})
}
