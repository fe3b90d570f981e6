package main

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"time"

	"plinth.dev/sdk"
)

type modelStore struct {
	models *plinth.Namespace
}

const (
	key       = "bayes"
	mostTries = 100
)

// read returns the model and its revision, which is 0 if nothing has been learned.
func (s modelStore) read(ctx context.Context) (model, int64, error) {
	var found model
	entry, err := s.models.GetWithMetadata(ctx, key)
	if errors.Is(err, plinth.ErrNotFound) {
		return found, 0, nil
	} else if err != nil {
		return found, 0, err
	}
	return found, entry.Revision, json.Unmarshal(entry.Value, &found)
}

// update learns simultaneous examples one after the other. If another write was faster, it reads and changes that model.
func (s modelStore) update(ctx context.Context, change func(*model)) (model, error) {
	for try := 1; ; try++ {
		found, revision, err := s.read(ctx)
		if err != nil {
			return found, err
		}
		change(&found)
		value, err := json.Marshal(found)
		if err != nil {
			return found, err
		}
		_, err = s.models.Put(ctx, key, value, plinth.IfRevision(revision))
		if !errors.Is(err, plinth.ErrConflict) || try == mostTries {
			return found, err
		}
		time.Sleep(rand.N(time.Duration(try) * 5 * time.Millisecond))
	}
}
