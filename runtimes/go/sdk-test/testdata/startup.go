// A program whose start-up depends on MODE in its environment.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"time"

	"plinth.dev/sdk"
)

var (
	ready bool
	late  string
)

func main() {
	mode := os.Getenv("MODE")
	switch mode {
	case "listen":
		http.ListenAndServe(":8080", http.HandlerFunc(answer))
	case "return":
		return
	case "exit":
		os.Exit(3)
	case "panic":
		panic("no start-up today")
	case "deadlock":
		<-make(chan int)
	case "sleep":
		time.Sleep(100 * time.Millisecond)
		ready = true
	case "goroutines":
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() { time.Sleep(time.Millisecond) })
		}
		all.Wait()
		ready = true
	case "signals":
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		go func() {
			<-ctx.Done()
			ready = false
		}()
		flag.Parse()
		ready = flag.NArg() == 0
		plinth.Handle(http.HandlerFunc(answer))
		late = "late"
		select {}
	case "collect":
		runtime.GC()
		ready = true
	}
	go func() {
		// The start-up lasts until its goroutines wait too.
		for range 10 {
			runtime.Gosched()
		}
		late = "late"
		time.Sleep(time.Hour)
	}()
	plinth.Handle(http.HandlerFunc(answer))
	if mode == "block" {
		time.Sleep(time.Hour)
	}
}

func answer(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/sleep":
		before := time.Now()
		time.Sleep(20 * time.Millisecond)
		fmt.Fprint(w, time.Since(before) >= 20*time.Millisecond)
	case "/panic":
		panic("not today")
	default:
		fmt.Fprint(w, ready, " ", late)
	}
}
