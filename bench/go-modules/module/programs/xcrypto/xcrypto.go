package xcrypto

import (
	"fmt"
	"net/http"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/nacl/secretbox"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	err := bcrypt.CompareHashAndPassword([]byte("$2a$04$gTE1SZ8zgMfCbxDV8hUVSe4x42k/RHkd3AYeIGUzEYaHXfiIqf4gu"), []byte("x"))
	fmt.Fprintln(w, err)
	fmt.Fprintf(w, "%x\n", argon2.IDKey([]byte("p"), []byte("saltsalt"), 1, 1024, 1, 16))
	fmt.Fprintf(w, "%x\n", blake2b.Sum256([]byte("x")))
	fmt.Fprintf(w, "%x\n", secretbox.Seal(nil, []byte("m"), &[24]byte{}, &[32]byte{1}))
})
