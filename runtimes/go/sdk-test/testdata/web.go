// A tenant with a route for each test of the SDK.
package main

import (
	"bytes"
	"context"
	cryptorand "crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"log"
	"log/slog"
	"math/rand"
	randv2 "math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"plinth.dev/sdk"
)

// State of the start-up. Each request must find it unchanged.
var (
	started  = time.Now()
	visits   = map[string]int{"start-up": 1}
	seed     = maphash.MakeSeed()
	fired    int
	fromMain string
	kept     [][]byte
)

func init() {
	// This timer fires long after the deploy. It must not fire in every request from then on.
	time.AfterFunc(10*time.Minute, func() { fired++ })
	go func() {
		for range time.Tick(time.Hour) {
			fired++
		}
	}()
}

func main() {
	fromMain = "set in main"
	http.HandleFunc("GET /items/{id}", item)
	http.HandleFunc("POST /sum", sum)
	http.HandleFunc("/echo", echo)
	http.HandleFunc("/headers", headers)
	http.HandleFunc("/state", state)
	http.HandleFunc("/random", random)
	http.HandleFunc("/bytes", bytesOf)
	http.HandleFunc("/log", logs)
	http.HandleFunc("/fail", fail)
	http.HandleFunc("/wait", wait)
	http.HandleFunc("/clock", clock)
	http.HandleFunc("/later", later)
	http.HandleFunc("/work", work)
	plinth.Handle(nil)
	select {} // A program that serves on a port waits like this. The start-up ends here.
}

func item(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		http.Error(w, "no such item", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"id": id, "name": fmt.Sprintf("item %d", id), "from": fromMain})
}

func sum(w http.ResponseWriter, r *http.Request) {
	var numbers []float64
	if err := json.NewDecoder(r.Body).Decode(&numbers); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	total := 0.0
	for _, n := range numbers {
		total += n
	}
	fmt.Fprint(w, total)
}

func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || int64(len(body)) != r.ContentLength {
		panic("wrong length")
	}
	w.Header().Set("X-Echo", r.Method+" "+r.URL.String()+" "+r.Host)
	w.Write(body)
}

func headers(w http.ResponseWriter, r *http.Request) {
	for _, value := range r.Header["X-Many"] {
		w.Header().Add("X-Many", strings.ToUpper(value))
	}
	w.WriteHeader(http.StatusAccepted)
}

func state(w http.ResponseWriter, r *http.Request) {
	visits[r.URL.Query().Get("who")]++
	go func() {
		for {
			time.Sleep(time.Millisecond)
			fired++
		}
	}()
	fmt.Fprintf(w, "%v %d", visits, fired)
}

func random(w http.ResponseWriter, r *http.Request) {
	secret := make([]byte, 8)
	cryptorand.Read(secret)
	order := ""
	many := map[int]bool{}
	for i := range 100 {
		many[i] = true
	}
	for i := range many {
		order += strconv.Itoa(i) + " "
	}
	fmt.Fprintf(w, "%x;%x;%s;%s;%x;%x", rand.Int63(), randv2.Uint64(), hex.EncodeToString(secret), order,
		maphash.String(maphash.MakeSeed(), "x"), maphash.String(seed, "x"))
}

func bytesOf(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.FormValue("n"))
	w.Write(bytes.Repeat([]byte("0123456789abcdef"), n/16))
}

func logs(w http.ResponseWriter, r *http.Request) {
	log.Printf("from %s", "log")
	slog.Debug("not shown")
	slog.Info("from slog", "n", 1, "text", "two words")
	slog.With("who", "me").WithGroup("g").Warn("careful", "msg", "x")
	slog.Error("bad")
	slog.SetLogLoggerLevel(slog.LevelDebug)
	slog.Debug("shown now")
	fmt.Println("to stdout")
	fmt.Fprintln(os.Stderr, "to stderr")
	println("by println")
}

func fail(w http.ResponseWriter, r *http.Request) {
	switch r.FormValue("how") {
	case "panic":
		var nobody *http.Request
		fmt.Fprint(w, nobody.URL.Path)
	case "panic elsewhere":
		go panic("in a goroutine")
		time.Sleep(time.Second)
	case "abort":
		panic(http.ErrAbortHandler)
	case "goexit":
		runtime.Goexit()
	case "exit":
		fmt.Println("going")
		os.Exit(7)
	case "exit elsewhere":
		go log.Fatal("fatal")
		select {}
	case "fatal":
		defer func() { recover() }()
		new(sync.Mutex).Unlock()
	case "stack":
		overflow(1)
	case "memory":
		for {
			kept = append(kept, make([]byte, 1<<20))
		}
	case "late panic":
		plinth.WaitUntil(r.Context(), func(ctx context.Context) {
			time.Sleep(time.Millisecond)
			panic("too late for the client")
		})
		fmt.Fprint(w, "all well")
	}
}

func overflow(n int) int {
	return overflow(n+1) + n
}

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
