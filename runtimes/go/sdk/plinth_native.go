//go:build !wasip1

package plinth

import (
	"context"
	"log"
	"net"
	"net/http"
	"os"
)

// handle serves on a port of this machine, so that a program can be tried with: go run .
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

// onRequest does nothing, because the program's start-up is this process's alone.
func onRequest(func()) {}

func waitUntil(ctx context.Context, f func(ctx context.Context)) {
	go f(context.WithoutCancel(ctx))
}

// scheduled does nothing, because nothing calls f here. A test can call f itself.
func scheduled(func(ctx context.Context, event ScheduledEvent) error) {}
