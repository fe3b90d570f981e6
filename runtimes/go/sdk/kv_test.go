//go:build !wasip1

package plinth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// The namespaces in memory, which replace the host's when a program is tested on its developer's machine.

func TestPutGetDelete(t *testing.T) {
	ctx, kv := context.Background(), KV(t.Name())
	if _, err := kv.Get(ctx, "a"); !errors.Is(err, ErrNotFound) {
		t.Fatalf("a key without a value: %v", err)
	}
	value := []byte("one")
	revision, err := kv.Put(ctx, "a", value, Metadata(map[string]int{"n": 1}), TTL(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	value[0] = 'O'
	entry, err := kv.GetWithMetadata(ctx, "a")
	if err != nil || string(entry.Value) != "one" || string(entry.Metadata) != `{"n":1}` || entry.Revision != revision {
		t.Fatalf("%+v %v", entry, err)
	}
	if left := time.Until(entry.Expiration); left < 59*time.Minute || left > time.Hour {
		t.Errorf("expires in %v", left)
	}
	entry.Value[0] = 'x'
	if value, _ := kv.Get(ctx, "a"); string(value) != "one" {
		t.Errorf("what a caller does to a value reaches the store: %q", value)
	}
	if _, err := KV("another").Get(ctx, "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("another namespace has it, too: %v", err)
	}
	if err := kv.Delete(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Get(ctx, "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("after Delete: %v", err)
	}
	if err := kv.Delete(ctx, "a"); err != nil {
		t.Errorf("Delete of what is not there: %v", err)
	}
}

func TestIfRevision(t *testing.T) {
	ctx, kv := context.Background(), KV(t.Name())
	first, err := kv.Put(ctx, "a", nil, IfRevision(0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Put(ctx, "a", nil, IfRevision(0)); !errors.Is(err, ErrConflict) {
		t.Errorf("a key that must not be there: %v", err)
	}
	second, err := kv.Put(ctx, "a", nil, IfRevision(first))
	if err != nil || second <= first {
		t.Errorf("%d after %d: %v", second, first, err)
	}
	err = kv.Delete(ctx, "a", IfRevision(first))
	var refused *Error
	if !errors.As(err, &refused) || refused.Code != "PLINTH_KV_CONFLICT" || errors.Is(err, ErrNotFound) {
		t.Errorf("Delete of another revision: %v", err)
	}
	if err := kv.Delete(ctx, "a", IfRevision(second)); err != nil {
		t.Error(err)
	}
	if third, _ := kv.Put(ctx, "a", nil, IfRevision(0)); third <= second {
		t.Errorf("revision %d after %d", third, second)
	}
}

func TestGetMulti(t *testing.T) {
	ctx, kv := context.Background(), KV(t.Name())
	kv.Put(ctx, "a", []byte("1"))
	kv.Put(ctx, "c", []byte("3"))
	entries, err := kv.GetMulti(ctx, "a", "b", "c")
	if err != nil || len(entries) != 2 || string(entries["a"].Value) != "1" || string(entries["c"].Value) != "3" {
		t.Errorf("%v %v", entries, err)
	}
}

func TestKeysAndPages(t *testing.T) {
	ctx, kv := context.Background(), KV(t.Name())
	var want []string
	for i := range 2500 {
		name := fmt.Sprintf("p/%04d", i)
		want = append(want, name)
		kv.Put(ctx, name, nil)
	}
	kv.Put(ctx, "q", nil)
	var got []string
	for key, err := range kv.Keys(ctx, "p/") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, key.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d keys", len(got))
	}
	page, err := kv.List(ctx, ListOptions{Prefix: "p/", Limit: 2})
	if err != nil || len(page.Keys) != 2 || page.Cursor == "" {
		t.Errorf("%v %v", page, err)
	}
	page, err = kv.List(ctx, ListOptions{Prefix: "p/", Limit: 2, Cursor: page.Cursor})
	if err != nil || page.Keys[0].Name != "p/0002" {
		t.Errorf("%v %v", page, err)
	}
}

func TestLimits(t *testing.T) {
	ctx, kv := context.Background(), KV(t.Name())
	put := func(key string, size int, options ...PutOption) error {
		_, err := kv.Put(ctx, key, make([]byte, size), options...)
		return err
	}
	list := func(options ListOptions) error {
		_, err := kv.List(ctx, options)
		return err
	}
	for name, test := range map[string]struct {
		err  error
		code string
	}{
		"empty key":    {put("", 0), "PLINTH_KV_KEY"},
		"dots":         {put("..", 0), "PLINTH_KV_KEY"},
		"long key":     {put(strings.Repeat("k", 513), 0), "PLINTH_KV_KEY"},
		"large value":  {put("a", 25<<20+1), "PLINTH_KV_VALUE_TOO_LARGE"},
		"metadata":     {put("a", 0, Metadata(strings.Repeat("m", 1023))), "PLINTH_KV_METADATA_TOO_LARGE"},
		"short life":   {put("a", 0, TTL(59*time.Second)), "PLINTH_KV_EXPIRATION"},
		"no life":      {put("a", 0, TTL(0)), "PLINTH_KV_EXPIRATION"},
		"in the past":  {put("a", 0, Expiration(time.Time{})), "PLINTH_KV_EXPIRATION"},
		"many listed":  {list(ListOptions{Limit: 1001}), "PLINTH_KV_ARGUMENT"},
		"wrong cursor": {list(ListOptions{Cursor: "!"}), "PLINTH_KV_ARGUMENT"},
	} {
		var refused *Error
		if !errors.As(test.err, &refused) || refused.Code != test.code {
			t.Errorf("%s: %v, want %s", name, test.err, test.code)
		}
	}
	if err := put(strings.Repeat("k", 512), 25<<20, TTL(time.Minute), Metadata(strings.Repeat("m", 1022))); err != nil {
		t.Error(err)
	}
	if err := put("\xff", 0); err == nil {
		t.Error("a key that is no UTF-8")
	}
	if err := put("a", 0, Metadata(func() {})); err == nil {
		t.Error("metadata that is no JSON")
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := kv.Get(ended, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
}

func ExampleNamespace_Put() {
	ctx, visits := context.Background(), KV("VISITS")
	// Two requests may count at the same time. The later one reads again.
	count := func() (n int, err error) {
		for {
			entry, err := visits.GetWithMetadata(ctx, "home")
			if err != nil && !errors.Is(err, ErrNotFound) {
				return 0, err
			}
			fmt.Fscan(bytes.NewReader(entry.Value), &n)
			n++
			// The revision of a missing value is 0.
			_, err = visits.Put(ctx, "home", fmt.Append(nil, n), IfRevision(entry.Revision))
			if !errors.Is(err, ErrConflict) {
				return n, err
			}
		}
	}
	count()
	fmt.Println(count())
	// Output: 2 <nil>
}

func ExampleNamespace_Keys() {
	ctx, pages := context.Background(), KV("SITE")
	pages.Put(ctx, "blog/second", nil)
	pages.Put(ctx, "blog/first", nil)
	pages.Put(ctx, "index", nil)
	for key, err := range pages.Keys(ctx, "blog/") {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(key.Name)
	}
	// Output:
	// blog/first
	// blog/second
}
