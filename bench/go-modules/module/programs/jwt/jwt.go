package jwt

import (
	"fmt"
	"net/http"

	"github.com/golang-jwt/jwt/v5"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	key := []byte("key")
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": "ann", "n": 3}).SignedString(key)
	fmt.Fprintln(w, text, err)
	token, err := jwt.Parse(text, func(*jwt.Token) (any, error) { return key, nil })
	fmt.Fprintln(w, token.Claims, token.Valid, err)
	_, err = jwt.Parse(text+"x", func(*jwt.Token) (any, error) { return key, nil })
	fmt.Fprintln(w, err)
})
