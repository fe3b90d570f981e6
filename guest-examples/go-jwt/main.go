// A handler behind JSON Web Tokens (RFC 7519), verified with Go's own crypto packages: Ed25519, ECDSA and RSA.
package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	"plinth.dev/sdk"
)

// The public keys of the tokens' issuer: a JSON Web Key Set (RFC 7517).
//
//go:embed keys.json
var keySet []byte

const audience = "https://plinth.example"

func main() {
	keys, err := parseKeys(keySet)
	if err != nil {
		log.Fatal("keys.json: ", err)
	}
	verifier := verifier{keys: keys, audience: audience, now: time.Now}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok {
			refuse(w, "", "send a token: Authorization: Bearer TOKEN")
			return
		}
		claims, err := verifier.verify(token)
		if err != nil {
			refuse(w, "invalid_token", err.Error())
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"subject": claims.Subject, "expires": claims.Expires.time()})
	})
	plinth.Handle(mux)
}

// refuse answers as RFC 6750, section 3, says.
func refuse(w http.ResponseWriter, code, reason string) {
	challenge := `Bearer realm="plinth"`
	if code != "" {
		challenge += fmt.Sprintf(", error=%q, error_description=%q", code, reason)
	}
	w.Header().Set("WWW-Authenticate", challenge)
	http.Error(w, reason, http.StatusUnauthorized)
}
