// A WASI command that answers HTTP requests by CGI. It knows nothing of Plinth.
//
//	GOOS=wasip1 GOARCH=wasm go build -ldflags="-s -w" -o wasi-cgi.wasm .
//	plinth deploy wasi-cgi.wasm --name wasi-cgi
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

func main() {
	started := time.Now()
	switch path := os.Getenv("PATH_INFO"); path {
	case "/":
		respond("200 OK", fmt.Sprintf("Hello, %s!\n", query("name", "world")))
	case "/upper":
		body, err := io.ReadAll(os.Stdin)
		if err != nil {
			fmt.Fprintln(os.Stderr, "reading the request:", err)
			os.Exit(1)
		}
		respond("200 OK", strings.ToUpper(string(body)))
	case "/sleep":
		time.Sleep(50 * time.Millisecond)
		respond("200 OK", fmt.Sprintf("slept: %t\n", time.Since(started) >= 50*time.Millisecond))
	case "/panic":
		panic("no luck")
	default:
		respond("404 Not Found", "There is no "+path+".\n")
	}
}

func respond(status, body string) {
	fmt.Printf("Status: %s\nContent-Type: text/plain; charset=utf-8\nX-Method: %s\n\n%s", status, os.Getenv("REQUEST_METHOD"), body)
}

// query finds a parameter in the arguments, because WAGI passes the query's parts as arguments.
func query(name, otherwise string) string {
	for _, argument := range os.Args[1:] {
		if value, found := strings.CutPrefix(argument, name+"="); found {
			return value
		}
	}
	return otherwise
}
