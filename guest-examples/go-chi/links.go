package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"plinth.dev/sdk"
)

var links = plinth.KV("LINKS")

// link is stored as JSON under its id. Its metadata holds it without its visits, so that a list takes one call.
type link struct {
	URL    string `json:"url"`
	Title  string `json:"title"`
	Visits int    `json:"visits,omitempty"`
}

var errNoPage = errors.New("there is no page to link to")

// newLink looks the page's title up and puts the link on the list, unless the id is taken.
func newLink(ctx context.Context, id, url string) (link, error) {
	// KV takes 1,024 bytes of metadata.
	if len(url) > 300 {
		return link{}, fmt.Errorf("%w: the URL is too long", errNoPage)
	}
	title, err := titleOf(ctx, url)
	if err != nil {
		return link{}, err
	}
	added := link{URL: url, Title: title}
	return added, save(ctx, id, added, 0)
}

// countVisit counts one more visit. If two requests count at once, the later one finds a new revision and reads again.
func countVisit(ctx context.Context, id string) (link, error) {
	for {
		entry, err := links.GetWithMetadata(ctx, id)
		if err != nil {
			return link{}, err
		}
		var visited link
		if err := json.Unmarshal(entry.Value, &visited); err != nil {
			return link{}, err
		}
		visited.Visits++
		if err := save(ctx, id, visited, entry.Revision); !errors.Is(err, plinth.ErrConflict) {
			return visited, err
		}
	}
}

func save(ctx context.Context, id string, l link, revision int64) error {
	value, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = links.Put(ctx, id, value, plinth.IfRevision(revision), plinth.Metadata(link{URL: l.URL, Title: l.Title}))
	return err
}

func allLinks(ctx context.Context) (map[string]json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	for key, err := range links.Keys(ctx, "") {
		if err != nil {
			return nil, err
		}
		all[key.Name] = key.Metadata
	}
	return all, nil
}

var titleElement = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// titleOf fetches a page's title, only from hosts that plinth.jsonc allows.
func titleOf(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errNoPage, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%w: %s", errNoPage, response.Status)
	}
	page, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	title := titleElement.FindSubmatch(page)
	if title == nil {
		return url, nil
	}
	return fmt.Sprintf("%.100s", strings.Join(strings.Fields(html.UnescapeString(string(title[1]))), " ")), nil
}
