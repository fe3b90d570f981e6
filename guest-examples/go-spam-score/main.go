// Scores the messages of a form. "POST /" gives the probability that a message is spam, "POST /train" takes examples.
package main

import (
	"crypto/subtle"
	"encoding/json"
	"log"
	"math"
	"net/http"
	"os"
	"strconv"
	"strings"

	"plinth.dev/sdk"
)

// formMemory is the part of a form that stays in memory: all that the host lets through.
const formMemory = 10 << 20

func main() {
	threshold, err := strconv.ParseFloat(os.Getenv("THRESHOLD"), 64)
	if err != nil {
		log.Fatal("THRESHOLD in plinth.jsonc: ", err) // this message refuses the deploy
	}
	models := modelStore{plinth.KV("MODEL")}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) {
		found, ok := formFeatures(w, r)
		if !ok {
			return
		}
		model, _, err := models.read(r.Context())
		if err != nil {
			fail(w, err)
			return
		}
		probability := model.spamProbability(found)
		answer(w, http.StatusOK, map[string]any{
			"probability": math.Round(probability*10_000) / 10_000,
			"spam":        probability >= threshold,
		})
	})
	mux.HandleFunc("POST /train", func(w http.ResponseWriter, r *http.Request) {
		// A program reads its secrets during a request. They do not exist yet when main runs.
		token := os.Getenv("TRAINER")
		given := r.Header.Get("Authorization")
		if token == "" || subtle.ConstantTimeCompare([]byte(given), []byte("Bearer "+token)) == 0 {
			answer(w, http.StatusUnauthorized, map[string]string{"error": "training needs the token"})
			return
		}
		found, ok := formFeatures(w, r)
		if !ok {
			return
		}
		label := r.FormValue("label")
		if label != "spam" && label != "ham" {
			answer(w, http.StatusUnprocessableEntity, map[string]string{"error": "label is spam or ham"})
			return
		}
		model, err := models.update(r.Context(), func(model *model) { model.learn(label, found) })
		if err != nil {
			fail(w, err)
			return
		}
		answer(w, http.StatusOK, map[string]int{"spam": model.Spam.Messages, "ham": model.Ham.Messages})
	})
	plinth.Handle(mux)
}

// formFeatures itself answers a request whose body is no form.
func formFeatures(w http.ResponseWriter, r *http.Request) (features, bool) {
	if err := r.ParseMultipartForm(formMemory); err != nil && err != http.ErrNotMultipart {
		answer(w, http.StatusBadRequest, map[string]string{"error": "the form cannot be read"})
		return nil, false
	}
	if len(r.PostForm) == 0 {
		answer(w, http.StatusUnsupportedMediaType, map[string]string{"error": "the body is not a form"})
		return nil, false
	}
	var texts []string
	for name, values := range r.PostForm {
		if name != "label" {
			texts = append(texts, values...)
		}
	}
	return featuresOf(strings.Join(texts, "\n")), true
}

func fail(w http.ResponseWriter, err error) {
	log.Print(err)
	answer(w, http.StatusInternalServerError, map[string]string{"error": "internal error"})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
