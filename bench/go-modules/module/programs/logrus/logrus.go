package logrus

import (
	"net/http"

	"github.com/sirupsen/logrus"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	log := logrus.New()
	log.SetOutput(w)
	log.SetFormatter(&logrus.TextFormatter{DisableTimestamp: true, DisableColors: true})
	log.WithFields(logrus.Fields{"n": 3, "s": "a b"}).Info("done")
	log.SetFormatter(&logrus.JSONFormatter{DisableTimestamp: true})
	log.WithError(http.ErrNoCookie).Warn("bad")
})
