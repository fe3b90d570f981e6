// A program without timers, whose handlers can never answer.
package main

import (
	"net/http"
	"sync"
	"time"

	"plinth.dev/sdk"
)

func main() {
	http.HandleFunc("/channel", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Minute)
		<-make(chan int)
	})
	http.HandleFunc("/locks", func(w http.ResponseWriter, r *http.Request) {
		var a, b sync.Mutex
		a.Lock()
		b.Lock()
		go b.Lock()
		a.Lock()
	})
	http.HandleFunc("/stopped", func(w http.ResponseWriter, r *http.Request) {
		time.AfterFunc(time.Hour, func() {}).Stop()
		select {}
	})
	http.HandleFunc("/again", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("fine")) })
	plinth.Handle(nil)
}
