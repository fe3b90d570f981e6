package compress

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	data := bytes.Repeat([]byte("hello "), 500)
	encoder, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	packed := encoder.EncodeAll(data, nil)
	decoder, _ := zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderConcurrency(1))
	back, err := io.ReadAll(decoder)
	// The packed size also differs natively, between the assembly of s2 and its Go.
	unpacked, bad := s2.Decode(nil, s2.Encode(nil, data))
	fmt.Fprintln(w, len(packed), bytes.Equal(back, data), err, bytes.Equal(unpacked, data), bad)
})
