package brotli

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/andybalholm/brotli"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var packed bytes.Buffer
	b := brotli.NewWriterLevel(&packed, 5)
	b.Write(bytes.Repeat([]byte("hello "), 500))
	b.Close()
	n := packed.Len()
	back, err := io.ReadAll(brotli.NewReader(&packed))
	fmt.Fprintln(w, n, len(back), err)
})
