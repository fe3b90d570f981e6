// Command compute works inside a handler and reports the time. The same source is built slim and static.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"sort"
	"strings"
	"time"

	plinth "plinth.dev/sdk"
)

var data = make([]byte, 1<<20)
var text = strings.Repeat("the quick brown fox jumps over the lazy dog 12345 ", 2000)
var words = regexp.MustCompile(`[a-z]+o[a-z]*\s+(\w+)\s+[0-9]*`)

type record struct {
	Name   string            `json:"name"`
	Values []float64         `json:"values"`
	Tags   map[string]string `json:"tags"`
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

var work = map[string]func(){
	"sha256": func() {
		for range 4 {
			sha256.Sum256(data)
		}
	},
	"json": func() {
		r := record{Name: "compute", Tags: map[string]string{"a": "1", "b": "2"}}
		for i := range 200 {
			r.Values = append(r.Values, float64(i)*1.5)
		}
		for range 40 {
			b, _ := json.Marshal(r)
			var back record
			json.Unmarshal(b, &back)
		}
	},
	"sort": func() {
		numbers := make([]int, 60_000)
		for i := range numbers {
			numbers[i] = (i * 7919) % 60_013
		}
		sort.Slice(numbers, func(i, j int) bool { return numbers[i] < numbers[j] })
	},
	"regexp": func() { words.FindAllStringIndex(text, -1) },
	"fib":    func() { fib(27) },
}

func main() {
	plinth.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		run := work[strings.TrimPrefix(r.URL.Path, "/")]
		best := time.Duration(1 << 62)
		for range 5 {
			start := time.Now()
			run()
			best = min(best, time.Since(start))
		}
		fmt.Fprint(w, best.Microseconds())
	}))
}
