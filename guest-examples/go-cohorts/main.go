// "/" is an experiment: a share of the visitors sees another headline. One of two installations serves "/app/".
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"net/url"
	"os"

	"plinth.dev/sdk"
)

func main() {
	var experiment experiment
	if err := json.Unmarshal([]byte(os.Getenv("EXPERIMENT")), &experiment); err != nil {
		log.Fatal("EXPERIMENT in plinth.jsonc: ", err) // this message refuses the deploy
	}
	if err := experiment.check(); err != nil {
		log.Fatal("EXPERIMENT in plinth.jsonc: ", err)
	}
	installations, err := parseInstallations(os.Getenv("INSTALLATIONS"))
	if err != nil {
		log.Fatal("INSTALLATIONS in plinth.jsonc: ", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", experiment)
	mux.Handle("/app/", blueGreen(installations, plinth.KV("SWITCH")))
	plinth.Handle(mux)
}

// parseInstallations takes a JSON object of URLs by colour.
func parseInstallations(text string) (map[string]*url.URL, error) {
	var addresses map[string]string
	if err := json.Unmarshal([]byte(text), &addresses); err != nil {
		return nil, err
	}
	installations := map[string]*url.URL{}
	for colour, address := range addresses {
		parsed, err := url.Parse(address)
		if err != nil {
			return nil, err
		}
		installations[colour] = parsed
	}
	return installations, nil
}
