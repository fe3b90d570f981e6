//go:build !wasip1

package plinth

import (
	"context"
	"log"
	"net"
	"net/http"
	"os"
)

// handle serves on a port of this machine, for trying a program out: go run .
func handle(h http.Handler) {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("localhost", port))
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on http://%s", listener.Addr())
	log.Fatal(http.Serve(listener, h))
}

func waitUntil(ctx context.Context, f func(ctx context.Context)) {
	go f(context.WithoutCancel(ctx))
}

// scheduled has nobody to call f: a test has f itself.
func scheduled(func(ctx context.Context, event ScheduledEvent) error) {}
