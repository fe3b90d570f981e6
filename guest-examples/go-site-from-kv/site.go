package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/russross/blackfriday/v2"
	"plinth.dev/sdk"
)

type site struct {
	pages *plinth.Namespace
	title string
}

// A document is an answer to a visitor.
type document struct {
	contentType string
	etag        string // empty if no revisions cover the whole answer
	status      int    // 0 for 200
	body        []byte
}

const htmlType = "text/html; charset=utf-8"

var (
	plainLayout = template.Must(template.New("layout").Parse(plainLayoutText))
	// The etag has the time of the deploy, because a new version may render the same values differently.
	deployed = strconv.FormatInt(time.Now().UnixMilli(), 36)
)

//go:embed layout.html
var plainLayoutText string

// A view holds the values that a layout shows.
type view struct {
	Site    string
	Title   string
	Content template.HTML
}

func (s *site) asset(ctx context.Context, key string) (document, error) {
	entry, err := s.pages.GetWithMetadata(ctx, key)
	if err != nil {
		return document{}, err
	}
	var metadata struct {
		Type string `json:"type"`
	}
	if entry.Metadata != nil {
		// Metadata of another form holds no type.
		_ = json.Unmarshal(entry.Metadata, &metadata)
	}
	kind := metadata.Type
	if kind == "" {
		kind = mime.TypeByExtension(path.Ext(key))
	}
	if kind == "" {
		kind = http.DetectContentType(entry.Value)
	}
	return document{contentType: kind, etag: s.etag(entry.Revision), body: entry.Value}, nil
}

// page renders a page from the key NAME.md or NAME.html.
func (s *site) page(ctx context.Context, name string) (document, error) {
	found, err := s.pages.GetMulti(ctx, name+".md", name+".html", "layout.html")
	if err != nil {
		return document{}, err
	}
	for _, ending := range []string{".md", ".html"} {
		entry, ok := found[name+ending]
		if !ok {
			continue
		}
		layout := found["layout.html"]
		body, err := s.layOut(layout, path.Base(name), rendered(ending, entry.Value))
		return document{contentType: htmlType, etag: s.etag(entry.Revision, layout.Revision), body: body}, err
	}
	return document{}, plinth.ErrNotFound
}

// missing renders the answer for a page that does not exist.
func (s *site) missing(ctx context.Context) (document, error) {
	found, err := s.pages.GetMulti(ctx, "404.md", "layout.html")
	if err != nil {
		return document{}, err
	}
	source := []byte("# Not found\n\nThere is no such page.")
	if entry, ok := found["404.md"]; ok {
		source = entry.Value
	}
	body, err := s.layOut(found["layout.html"], "Not found", rendered(".md", source))
	return document{contentType: htmlType, status: http.StatusNotFound, body: body}, err
}

// contents is the front page of a site that has no index page.
func (s *site) contents(ctx context.Context) (document, error) {
	var list strings.Builder
	for key, err := range s.pages.Keys(ctx, "") {
		if err != nil {
			return document{}, err
		}
		name, isPage := strings.CutSuffix(key.Name, ".md")
		if isPage && name != "404" {
			fmt.Fprintf(&list, "<li><a href=\"/%s\">%[1]s</a></li>\n", template.HTMLEscapeString(name))
		}
	}
	content := "<p>No pages yet.</p>"
	if list.Len() > 0 {
		content = "<ul>\n" + list.String() + "</ul>"
	}
	body, err := s.layOut(plinth.Entry{}, "", template.HTML(content))
	return document{contentType: htmlType, body: body}, err
}

// rendered leaves HTML as it is, also in Markdown, because an author who may write pages may write HTML.
func rendered(ending string, source []byte) template.HTML {
	if ending == ".html" {
		return template.HTML(source)
	}
	return template.HTML(blackfriday.Run(source, blackfriday.WithExtensions(blackfriday.CommonExtensions)))
}

// layOut uses the plain layout if the entry is empty.
func (s *site) layOut(entry plinth.Entry, title string, content template.HTML) ([]byte, error) {
	layout := plainLayout
	if len(entry.Value) > 0 {
		var err error
		if layout, err = template.New("layout.html").Parse(string(entry.Value)); err != nil {
			return nil, err
		}
	}
	var page bytes.Buffer
	err := layout.Execute(&page, view{s.title, title, content})
	return page.Bytes(), err
}

// etag combines the revisions of all values in a document.
func (s *site) etag(revisions ...int64) string {
	return fmt.Sprintf(`"%v-%s"`, strings.Trim(fmt.Sprint(revisions), "[]"), deployed)
}
