//go:build plinth

package plinth

import (
	"net/http"
	_ "unsafe" // for go:linkname
)

// Every http.Transport sends requests through the host (overlay/net/http/plinth_wasip1.go).

//go:linkname setHost net/http.plinthSetHost
func setHost(roundTrip func(*http.Request) (*http.Response, error))

func init() { setHost(roundTrip) }
