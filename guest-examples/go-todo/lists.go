package main

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"

	"plinth.dev/sdk"
)

type todoList struct {
	Next  int    `json:"next"` // the number of the next item
	Items []item `json:"items"`
}

type item struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
	Done bool   `json:"done"`
}

// stored is a list with the revision of its value, which is 0 if nobody has written the list yet.
type stored struct {
	list     todoList
	revision int64
}

// A store keeps each list as the value of one key. It writes a change only onto the revision that the change was made from.
type store struct {
	lists *plinth.Namespace
}

// mostTries limits the tries of one change. If another write is faster every time, the client hears that the list is busy.
const mostTries = 100

func (s *store) read(ctx context.Context, name string) (stored, error) {
	entry, err := s.lists.GetWithMetadata(ctx, name)
	if errors.Is(err, plinth.ErrNotFound) {
		return stored{list: todoList{Next: 1, Items: []item{}}}, nil
	} else if err != nil {
		return stored{}, err
	}
	found := stored{revision: entry.Revision}
	return found, json.Unmarshal(entry.Value, &found.list)
}

// update changes a list with f. It may call f several times, with a newer list each time. If seen is not negative, it is
// the only revision that may be changed.
func (s *store) update(ctx context.Context, name string, seen int64, f func(*todoList) error) (stored, error) {
	for try := range mostTries {
		found, err := s.read(ctx, name)
		if err != nil {
			return stored{}, err
		}
		if seen >= 0 && seen != found.revision {
			return stored{}, failure{http.StatusPreconditionFailed, "somebody has changed the list"}
		}
		if err := f(&found.list); err != nil {
			return stored{}, err
		}
		value, err := json.Marshal(found.list)
		if err != nil {
			return stored{}, err
		}
		revision, err := s.lists.Put(ctx, name, value, plinth.IfRevision(found.revision))
		if err == nil {
			return stored{found.list, revision}, nil
		} else if !errors.Is(err, plinth.ErrConflict) {
			return stored{}, err
		}
		// Each waits for a random time, so that two writers do not meet again.
		time.Sleep(rand.N(time.Duration(try+1) * 5 * time.Millisecond))
	}
	return stored{}, failure{http.StatusServiceUnavailable, "too many change the list at once; try again"}
}

// withItem calls f with the index of an item.
func (l *todoList) withItem(id string, f func(at int)) error {
	number, err := strconv.Atoi(id)
	at := slices.IndexFunc(l.Items, func(i item) bool { return i.ID == number })
	if err != nil || at < 0 {
		return failure{http.StatusNotFound, "there is no item " + id}
	}
	f(at)
	return nil
}
