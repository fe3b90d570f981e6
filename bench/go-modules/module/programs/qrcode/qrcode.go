package qrcode

import (
	"crypto/sha256"
	"fmt"
	"net/http"

	"github.com/skip2/go-qrcode"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	png, err := qrcode.Encode("https://example.com", qrcode.Medium, 128)
	fmt.Fprintf(w, "%x %v\n", sha256.Sum256(png), err)
})
