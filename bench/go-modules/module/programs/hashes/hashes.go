package hashes

import (
	"fmt"
	"net/http"

	"github.com/cespare/xxhash/v2"
	"github.com/spaolacci/murmur3"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, xxhash.Sum64String("hello"), murmur3.Sum64([]byte("hello")), murmur3.Sum32([]byte("hello")))
})
