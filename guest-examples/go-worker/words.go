package main

import (
	"bufio"
	"net/http"
	"strings"
	"sync"
	"time"
)

const workers = 4

// words counts the words of the lines in a request's body. Each line takes a worker a millisecond, to stand for real work.
func words(w http.ResponseWriter, r *http.Request) {
	lines := make(chan string)
	counts := make(chan map[string]int)
	var pool sync.WaitGroup
	for range workers {
		pool.Go(func() {
			for line := range lines {
				time.Sleep(time.Millisecond)
				counts <- count(line)
			}
		})
	}
	go func() {
		for scanner := bufio.NewScanner(r.Body); scanner.Scan(); {
			lines <- scanner.Text()
		}
		close(lines)
		pool.Wait()
		close(counts)
	}()
	sum := map[string]int{}
	for part := range counts {
		for word, number := range part {
			sum[word] += number
		}
	}
	answer(w, sum)
}

func count(line string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.Fields(line) {
		counts[strings.ToLower(strings.Trim(word, ".,;:!?"))]++
	}
	return counts
}
