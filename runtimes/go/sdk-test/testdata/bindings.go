// A tenant that uses all bindings of the host: environment, KV, outbound HTTP, scheduled runs.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"plinth.dev/sdk"
)

var (
	pages  = plinth.KV("PAGES")
	atMain string
	early  error
)

func main() {
	atMain = os.Getenv("GREETING")
	_, early = pages.Get(context.Background(), "too early")
	http.HandleFunc("/env", env)
	http.HandleFunc("/get", get)
	http.HandleFunc("/put", put)
	http.HandleFunc("/many", many)
	http.HandleFunc("/keys", keys)
	http.HandleFunc("/fetch", fetch)
	http.HandleFunc("/parallel", parallel)
	http.HandleFunc("/give-up", giveUp)
	http.HandleFunc("/early", func(w http.ResponseWriter, r *http.Request) { tell(w, early) })
	plinth.Scheduled(func(ctx context.Context, event plinth.ScheduledEvent) error {
		log.Printf("%s at %s", event.Cron, event.Time.UTC().Format(time.RFC3339Nano))
		switch event.Cron {
		case "panics":
			panic("at night")
		case "fails":
			return errors.New("not today")
		case "writes":
			_, err := pages.Put(ctx, "report", []byte("done"))
			return err
		}
		return nil
	})
	plinth.Handle(nil)
}

func env(w http.ResponseWriter, r *http.Request) {
	all := os.Environ()
	slices.Sort(all)
	fmt.Fprintf(w, "%q %q", atMain, all)
}

// tell answers with everything that a program can find out about an error.
func tell(w http.ResponseWriter, err error) {
	var refused *plinth.Error
	code := "no code"
	if errors.As(err, &refused) {
		code = refused.Code
	}
	var failed *url.Error
	fmt.Fprintf(w, "%v | %s | not found %t, conflict %t, url error %t, deadline %t", err, code,
		errors.Is(err, plinth.ErrNotFound), errors.Is(err, plinth.ErrConflict), errors.As(err, &failed),
		errors.Is(err, context.DeadlineExceeded))
}

func get(w http.ResponseWriter, r *http.Request) {
	entry, err := pages.GetWithMetadata(r.Context(), r.FormValue("key"))
	if err != nil {
		tell(w, err)
		return
	}
	fmt.Fprintf(w, "%s %s %d %t %d", entry.Value, entry.Metadata, entry.Revision, entry.Expiration.IsZero(), entry.Expiration.Unix())
}

func put(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	options := []plinth.PutOption{plinth.Metadata(map[string]int{"n": 1}), plinth.TTL(2 * time.Minute)}
	if r.FormValue("if") == "absent" {
		options = append(options, plinth.IfRevision(0))
	}
	revision, err := pages.Put(r.Context(), r.FormValue("key"), body, options...)
	if err != nil {
		tell(w, err)
		return
	}
	if err := pages.Delete(r.Context(), "old", plinth.IfRevision(revision)); err != nil {
		tell(w, err)
		return
	}
	fmt.Fprint(w, revision)
}

func many(w http.ResponseWriter, r *http.Request) {
	entries, err := pages.GetMulti(r.Context(), "a", "b", "c")
	if err != nil {
		tell(w, err)
		return
	}
	for _, key := range []string{"a", "b", "c"} {
		entry, ok := entries[key]
		fmt.Fprintf(w, "%s %t %s %d;", key, ok, entry.Value, cap(entry.Value))
	}
}

func keys(w http.ResponseWriter, r *http.Request) {
	for key, err := range pages.Keys(r.Context(), "p/") {
		if err != nil {
			tell(w, err)
			return
		}
		fmt.Fprintf(w, "%s %s;", key.Name, key.Metadata)
		if key.Name == r.FormValue("until") {
			return
		}
	}
}

func fetch(w http.ResponseWriter, r *http.Request) {
	request, _ := http.NewRequestWithContext(r.Context(), r.FormValue("method"), r.FormValue("url"), strings.NewReader(r.FormValue("body")))
	if r.FormValue("x") != "" {
		request.Header.Set("X-Bytes", r.FormValue("x"))
	}
	request.Header.Add("X-Many", "1")
	request.Header.Add("X-Many", "2")
	client := http.Client{Timeout: time.Minute}
	response, err := client.Do(request)
	if err != nil {
		tell(w, err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	fmt.Fprintf(w, "%s %d %d %v %q %s %s %v", response.Status, response.StatusCode, response.ContentLength, response.Header["Set-Cookie"],
		response.Header.Get("X-Bytes"), response.Request.URL, bytes.ToUpper(body), err)
}

// parallel makes many calls at once, beside a timer, and collects their answers in the order of arrival.
func parallel(w http.ResponseWriter, r *http.Request) {
	type answer struct {
		n    int
		text string
	}
	answers := make(chan answer)
	for n := range 20 {
		go func() {
			response, err := http.Post(fmt.Sprintf("http://origin.example/%d", n), "text/plain", strings.NewReader("x"))
			if err != nil {
				answers <- answer{n, err.Error()}
				return
			}
			body, _ := io.ReadAll(response.Body)
			answers <- answer{n, string(body)}
		}()
	}
	order := []string{}
	for range 20 {
		got := <-answers
		order = append(order, fmt.Sprintf("%d:%s", got.n, got.text))
	}
	time.Sleep(time.Second)
	json.NewEncoder(w).Encode(order)
}

func giveUp(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	_, err := pages.Put(ctx, "slow", nil)
	if r.FormValue("again") != "" {
		// A late answer must not count as the answer to this call.
		revision, err := pages.Put(r.Context(), "next", nil)
		fmt.Fprint(w, revision, err, "; ")
	}
	tell(w, err)
}
