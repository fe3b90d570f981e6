package main

import (
	"maps"
	"math"
	"slices"
)

// A model is a naive Bayes classifier over features that are there or not.
type model struct {
	Spam class `json:"spam"`
	Ham  class `json:"ham"`
}

type class struct {
	Messages int            `json:"messages"`
	Counts   map[string]int `json:"counts"` // in how many of the messages a feature is
}

// mostCounted keeps a model small: it is one value in KV, read with each request.
const mostCounted = 5_000

// spamProbability is a half where the model knows nothing.
func (m model) spamProbability(found features) float64 {
	// The logarithm of spam's chances to ham's. One and two are added, so that what has never been seen proves nothing.
	spam, ham := float64(m.Spam.Messages), float64(m.Ham.Messages)
	evidence := math.Log((spam + 1) / (ham + 1))
	for feature := range found {
		inSpam, inHam := float64(m.Spam.Counts[feature]), float64(m.Ham.Counts[feature])
		if inSpam+inHam > 0 {
			evidence += math.Log((inSpam+1)/(spam+2)) - math.Log((inHam+1)/(ham+2))
		}
	}
	return 1 / (1 + math.Exp(-evidence))
}

func (m *model) learn(label string, found features) {
	learned := &m.Ham
	if label == "spam" {
		learned = &m.Spam
	}
	if learned.Counts == nil {
		learned.Counts = map[string]int{}
	}
	learned.Messages++
	for feature := range found {
		learned.Counts[feature]++
	}
	learned.keepMostFrequent()
}

func (c *class) keepMostFrequent() {
	if len(c.Counts) <= mostCounted {
		return
	}
	byCount := slices.SortedFunc(maps.Keys(c.Counts), func(a, b string) int { return c.Counts[b] - c.Counts[a] })
	for _, feature := range byCount[mostCounted:] {
		delete(c.Counts, feature)
	}
}
