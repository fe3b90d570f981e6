package main

import (
	"maps"
	"math"
	"slices"
)

// A model is a naive Bayes classifier. A message has a feature or does not have it.
type model struct {
	Spam class `json:"spam"`
	Ham  class `json:"ham"`
}

type class struct {
	Messages int            `json:"messages"`
	Counts   map[string]int `json:"counts"` // number of messages with a feature
}

// mostCounted keeps a model small, because it is one value in KV that each request reads.
const mostCounted = 5_000

// spamProbability is a half if the model has learned nothing.
func (m model) spamProbability(found features) float64 {
	// evidence is the logarithm of the odds of spam. One and two are added, so that an unseen feature proves nothing.
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
