package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	"plinth.dev/sdk"
)

const colourCookie = "colour"

// blueGreen sends all visitors to the live installation. Testers choose an installation with a cookie.
func blueGreen(installations map[string]*url.URL, live *plinth.Namespace) http.Handler {
	proxies := map[string]http.Handler{}
	for colour, installation := range installations {
		proxies[colour] = &httputil.ReverseProxy{
			Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(installation) },
			ModifyResponse: func(response *http.Response) error {
				response.Header.Set("X-Colour", colour)
				return nil
			},
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if cookie, err := r.Cookie(colourCookie); err == nil && proxies[cookie.Value] != nil {
			proxies[cookie.Value].ServeHTTP(w, r)
			return
		}
		colour, err := liveColour(r.Context(), live)
		if err != nil || proxies[colour] == nil {
			log.Printf("no installation is live: %q, %v", colour, err)
			http.Error(w, "no installation is live", http.StatusServiceUnavailable)
			return
		}
		proxies[colour].ServeHTTP(w, r)
	})
}

// liveColour is blue until somebody sets the switch: plinth kv put go-cohorts switch live green
func liveColour(ctx context.Context, live *plinth.Namespace) (string, error) {
	colour, err := live.Get(ctx, "live")
	if errors.Is(err, plinth.ErrNotFound) {
		return "blue", nil
	}
	return strings.TrimSpace(string(colour)), err
}
