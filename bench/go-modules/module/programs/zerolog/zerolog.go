package zerolog

import (
	"net/http"
	"time"

	"github.com/rs/zerolog"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	log := zerolog.New(w).With().Str("app", "shop").Logger()
	log.Info().Int("n", 3).Dur("took", 1500*time.Millisecond).Msg("done")
	log.Warn().Err(http.ErrNoCookie).Interface("v", map[string]int{"a": 1}).Send()
})
