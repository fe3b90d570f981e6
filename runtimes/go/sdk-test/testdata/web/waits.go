// Handlers that wait, and functions that go on after the answer.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"plinth.dev/sdk"
)

func wait(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.FormValue("n"))
	// The unit is long, so that the machine's speed makes no difference. The tests move the clock forward.
	unit := time.Duration(max(n, 1)) * time.Second
	before := time.Now()
	switch r.FormValue("how") {
	case "sleep":
		time.Sleep(10 * unit)
		fmt.Fprint(w, "slept")
	case "overlap":
		// 30 sleeps at once take as long as the longest.
		results := make(chan int)
		for i := range 30 {
			go func() {
				time.Sleep(time.Duration(i) * unit)
				results <- i
			}()
		}
		var order []int
		for range 30 {
			order = append(order, <-results)
		}
		fmt.Fprint(w, order)
	case "context":
		ctx, cancel := context.WithTimeout(r.Context(), 2*unit)
		defer cancel()
		select {
		case <-ctx.Done():
			fmt.Fprint(w, ctx.Err())
		case <-time.After(time.Minute):
			fmt.Fprint(w, "no deadline")
		}
	case "stopped":
		// Neither of the stopped timers may wake the request.
		ctx, cancel := context.WithTimeout(r.Context(), unit)
		cancel()
		timer := time.AfterFunc(2*unit, func() { panic("stopped") })
		timer.Stop()
		reset := time.NewTimer(time.Hour)
		reset.Reset(5 * unit)
		<-ctx.Done()
		<-reset.C
		fmt.Fprint(w, "one timer")
	case "sync":
		var mutex sync.Mutex
		cond := sync.NewCond(&mutex)
		ready := 0
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				time.Sleep(unit)
				mutex.Lock()
				defer mutex.Unlock()
				ready++
				cond.Broadcast()
			})
		}
		mutex.Lock()
		for ready < 10 {
			cond.Wait()
		}
		mutex.Unlock()
		all.Wait()
		fmt.Fprint(w, "ready ", ready)
	case "pipeline":
		squares, sums := make(chan int), make(chan int)
		go func() {
			defer close(squares)
			ticker := time.NewTicker(unit)
			defer ticker.Stop()
			for i := range 10 {
				<-ticker.C
				squares <- i * i
			}
		}()
		go func() {
			total := 0
			for square := range squares {
				total += square
			}
			sums <- total
		}()
		fmt.Fprint(w, <-sums)
	}
	fmt.Fprintf(w, " after %d ms", time.Since(before).Round(time.Millisecond).Milliseconds())
}

func clock(w http.ResponseWriter, r *http.Request) {
	before := time.Now()
	time.Sleep(5 * time.Millisecond)
	fmt.Fprintf(w, "%d %d %d", time.Since(before).Microseconds(), time.Since(started).Milliseconds(), fired)
}

func later(w http.ResponseWriter, r *http.Request) {
	type key struct{}
	ctx := context.WithValue(r.Context(), key{}, "value")
	plinth.WaitUntil(ctx, func(ctx context.Context) {
		for i := range 3 {
			time.Sleep(10 * time.Millisecond)
			log.Printf("later %d %v %v", i, ctx.Value(key{}), ctx.Err())
		}
	})
	for range 3 {
		plinth.WaitUntil(ctx, func(ctx context.Context) { time.Sleep(15 * time.Millisecond) })
	}
	context.AfterFunc(r.Context(), func() { log.Print(context.Cause(r.Context())) })
	fmt.Fprint(w, "now")
}

// work stores a secret in many places while it waits, collects garbage now and then, and checks that nothing has changed.
func work(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.FormValue("n"))
	collect, _ := strconv.Atoi(r.FormValue("gc"))
	secret := r.Header.Get("X-Secret")
	visits[secret] = n
	type node struct {
		text string
		next *node
	}
	var list *node
	table := map[string][]byte{}
	results := make(chan string)
	for i := range n {
		list = &node{fmt.Sprintf("%s-%d", secret, i), list}
		table[list.text] = bytes.Repeat([]byte(secret), i+1)
		go func() {
			time.Sleep(time.Duration(i%3) * time.Minute)
			results <- fmt.Sprintf("%s-%d", secret, i)
		}()
		if i == collect {
			runtime.GC()
		}
	}
	seen := map[string]bool{}
	for range n {
		seen[<-results] = true
		kept = append(kept, make([]byte, 10_000))
	}
	if collect == n {
		runtime.GC()
	}
	for i := n - 1; list != nil; i, list = i-1, list.next {
		if list.text != fmt.Sprintf("%s-%d", secret, i) || !seen[list.text] || string(table[list.text]) != strings.Repeat(secret, i+1) {
			panic(errors.New("wrong memory"))
		}
	}
	for who := range visits {
		if who != "start-up" && who != secret {
			panic("saw the secret of another: " + who)
		}
	}
	fmt.Fprint(w, secret, " ", len(seen), " ", len(visits))
}
