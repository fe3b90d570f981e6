package lz4

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/pierrec/lz4/v4"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	var packed bytes.Buffer
	z := lz4.NewWriter(&packed)
	z.Write(bytes.Repeat([]byte("hello "), 500))
	z.Close()
	n := packed.Len()
	back, err := io.ReadAll(lz4.NewReader(&packed))
	fmt.Fprintln(w, n, len(back), err)
})
