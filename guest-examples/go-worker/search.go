package main

import (
	"context"
	"slices"
	"strings"
	"time"
)

// A source answers after its latency, which stands for a network's.
type source struct {
	name    string
	latency time.Duration
	titles  []string
}

var sources = []source{
	{"shelf", 5 * time.Millisecond, []string{"The plinth", "On columns"}},
	{"archive", 60 * time.Millisecond, []string{"Plinths of Paestum", "The frieze", "A plinth restored"}},
	{"basement", 5 * time.Second, []string{"The forgotten plinth"}},
}

type results struct {
	Titles []string `json:"titles"`
	// Late has the sources that had not answered in time.
	Late []string `json:"late"`
}

type finding struct {
	source string
	titles []string
}

// ask makes every source look for the word at once, and tells late sources to stop.
func ask(ctx context.Context, word string, sources []source) results {
	found := make(chan finding, len(sources))
	waiting := map[string]bool{}
	for _, source := range sources {
		waiting[source.name] = true
		go func() {
			if titles, err := source.find(ctx, word); err == nil {
				found <- finding{source.name, titles}
			}
		}()
	}
	sum := results{Titles: []string{}, Late: []string{}}
	for len(waiting) > 0 {
		select {
		case finding := <-found:
			delete(waiting, finding.source)
			sum.Titles = append(sum.Titles, finding.titles...)
		case <-ctx.Done():
			for name := range waiting {
				sum.Late = append(sum.Late, name)
			}
			clear(waiting)
		}
	}
	slices.Sort(sum.Titles)
	slices.Sort(sum.Late)
	return sum
}

func (s source) find(ctx context.Context, word string) ([]string, error) {
	select {
	case <-time.After(s.latency):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var titles []string
	for _, title := range s.titles {
		if strings.Contains(strings.ToLower(title), strings.ToLower(word)) {
			titles = append(titles, title)
		}
	}
	return titles, nil
}
