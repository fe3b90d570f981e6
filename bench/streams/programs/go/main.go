// The programs of `npm run bench -- streams`.
package main

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	plinth "plinth.dev/sdk"
)

var chunk = make([]byte, 64<<10)

// freshTime is the time, ms, just after the clock has shown a new one.
func freshTime() int64 {
	before := time.Now().UnixMilli()
	for {
		if now := time.Now().UnixMilli(); now != before {
			return now
		}
	}
}

func main() {
	for i := range chunk {
		chunk[i] = byte(i)
	}
	http.HandleFunc("/ticks", func(w http.ResponseWriter, r *http.Request) {
		count, _ := strconv.Atoi(r.FormValue("count"))
		for range count {
			time.Sleep(10 * time.Millisecond)
			fmt.Fprintln(w, freshTime())
			w.(http.Flusher).Flush()
		}
	})
	http.HandleFunc("/chunks", func(w http.ResponseWriter, r *http.Request) {
		count, _ := strconv.Atoi(r.FormValue("count"))
		for range count {
			w.Write(chunk)
		}
	})
	plinth.Handle(nil)
}
