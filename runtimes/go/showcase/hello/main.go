package main

import (
	"fmt"
	"net/http"
	"strings"

	plinth "plinth.dev/sdk"
)

const from = "tenant-0000000"

func main() {
	plinth.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "hello from %s, %s\n", from, strings.TrimPrefix(r.URL.Path, "/hello/"))
	}))
}
