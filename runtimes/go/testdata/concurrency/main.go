// A tenant whose state and goroutines must stay its own, whatever other tenants run on the same base.
package main

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"plinth.dev/sdk"
)

var (
	visits  int
	history = map[string]int{}
	large   [1 << 20]byte // in the memory that the base reserves
)

func main() {
	large[len(large)-1] = 42
	plinth.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visits++
		history[r.URL.Path]++
		var group sync.WaitGroup
		results := make(chan string, 4)
		for worker := range 4 {
			group.Go(func() {
				total := 0
				for i := range 1000 {
					total += i * worker
					if i%250 == 0 {
						runtime.Gosched()
					}
				}
				results <- fmt.Sprint(total)
			})
		}
		group.Wait()
		close(results)
		var all []string
		for result := range results {
			all = append(all, result)
		}
		slices.Sort(all)
		select {
		case <-time.After(time.Hour):
		default:
		}
		if r.URL.Path == "/collect" {
			runtime.GC()
		}
		fmt.Fprintln(w, visits, len(history), large[len(large)-1], strings.Join(all, " "))
	}))
}
