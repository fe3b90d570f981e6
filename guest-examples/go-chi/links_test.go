package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// On a developer's machine KV is in memory and http.DefaultClient uses the network, so go test needs no host.
func TestLinks(t *testing.T) {
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("<html><title>\n Tom &amp; Jerry </title>"))
	}))
	defer origin.Close()
	ctx := context.Background()
	added, err := newLink(ctx, "cartoon", origin.URL)
	if err != nil || added.Title != "Tom & Jerry" {
		t.Fatalf("%+v %v", added, err)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { countVisit(ctx, "cartoon") })
	}
	all.Wait()
	if visited, err := countVisit(ctx, "cartoon"); err != nil || visited.Visits != 21 {
		t.Errorf("%+v %v", visited, err)
	}
}
