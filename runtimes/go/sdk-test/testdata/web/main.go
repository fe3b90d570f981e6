// A tenant with a route for each test of the SDK.
package main

import (
	"bytes"
	"context"
	cryptorand "crypto/rand"
	"encoding/hex"
	"encoding/json"
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
