// Authorisation in front of a server that knows nothing of it. A request without a valid JSON Web Token does not reach it.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"time"

	"plinth.dev/sdk"
)

// userHeader is the field in which the origin reads the user's name.
const userHeader = "X-User"

func main() {
	origin, err := url.Parse(os.Getenv("ORIGIN"))
	if err != nil || origin.Host == "" {
		log.Fatal("ORIGIN in plinth.jsonc is no URL") // this message refuses the deploy
	}
	key, err := base64.RawURLEncoding.DecodeString(os.Getenv("ISSUER_KEY"))
	if err != nil || len(key) != ed25519.PublicKeySize {
		log.Fatal("ISSUER_KEY in plinth.jsonc is no public key of Ed25519 in base64url")
	}
	tokens := verifier{key: key, audience: os.Getenv("AUDIENCE")}
	plinth.Handle(guarded(tokens, proxy(origin)))
}

// guarded lets requests with a valid token through.
func guarded(tokens verifier, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "send a token: Authorization: Bearer TOKEN", http.StatusUnauthorized)
			return
		}
		user, err := tokens.verify(token, time.Now())
		if err != nil {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		// The origin must not see the token, and a client must not be able to set the user's name.
		r.Header.Del("Authorization")
		r.Header.Set(userHeader, user)
		next.ServeHTTP(w, r)
	})
}

func proxy(origin *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(origin) },
		// The client has made no mistake and learns no details. The log has the error.
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			log.Print(err)
			http.Error(w, "the server behind this one does not answer", http.StatusBadGateway)
		},
	}
}
