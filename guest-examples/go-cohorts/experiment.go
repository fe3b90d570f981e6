package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"html"
	"net/http"
)

// An experiment divides visitors by a hash of the text in their cookie.
type experiment struct {
	Name    string   `json:"name"`
	Cohorts []cohort `json:"cohorts"`
}

type cohort struct {
	Name     string  `json:"name"`
	Share    float64 `json:"share"` // relative to the sum of all shares
	Headline string  `json:"headline"`
}

const (
	visitorCookie = "visitor"
	yearSeconds   = 365 * 24 * 60 * 60
)

func (e experiment) check() error {
	if len(e.Cohorts) == 0 {
		return errors.New("there are no cohorts")
	}
	for _, cohort := range e.Cohorts {
		if cohort.Share <= 0 {
			return fmt.Errorf("the share of %q is not above 0", cohort.Name)
		}
	}
	return nil
}

func (e experiment) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cookie, err := r.Cookie(visitorCookie)
	if err != nil {
		cookie = &http.Cookie{Name: visitorCookie, Value: rand.Text(), Path: "/", MaxAge: yearSeconds, HttpOnly: true, SameSite: http.SameSiteLaxMode}
		http.SetCookie(w, cookie)
	}
	cohort := e.cohortAt(e.position(cookie.Value))
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	// A shared cache must not give this visitor's page to anybody else.
	header.Set("Cache-Control", "private")
	// The application counts by this field what each cohort does.
	header.Set("X-Cohort", e.Name+"/"+cohort.Name)
	const page = "<!doctype html><html lang=en><meta charset=utf-8><title>Plinths</title><h1>%s</h1></html>\n"
	fmt.Fprintf(w, page, html.EscapeString(cohort.Headline))
}

// position is a visitor's, between 0 and 1. The experiment's name is hashed too, so that experiments divide differently.
func (e experiment) position(visitor string) float64 {
	digest := sha256.Sum256([]byte(e.Name + " " + visitor))
	return float64(binary.BigEndian.Uint32(digest[:])) / (1 << 32)
}

func (e experiment) cohortAt(position float64) cohort {
	var sum float64
	for _, cohort := range e.Cohorts {
		sum += cohort.Share
	}
	rest := position * sum
	for _, cohort := range e.Cohorts {
		if rest -= cohort.Share; rest < 0 {
			return cohort
		}
	}
	return e.Cohorts[len(e.Cohorts)-1]
}
