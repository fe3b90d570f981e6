package main

import (
	"bytes"
	"errors"
	"io"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// A rewriter changes tags of a page and leaves everything else as it is, byte for byte.
type rewriter struct {
	origin *url.URL
	banner string
}

var linkAttributes = map[string]bool{"href": true, "src": true, "action": true, "formaction": true, "poster": true, "data": true}

func (r rewriter) page(source []byte) ([]byte, error) {
	var page bytes.Buffer
	tokens := html.NewTokenizer(bytes.NewReader(source))
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			if err := tokens.Err(); !errors.Is(err, io.EOF) {
				return nil, err
			}
			return page.Bytes(), nil
		}
		// Token overwrites the bytes that Raw shows.
		raw := bytes.Clone(tokens.Raw())
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			page.Write(raw)
			continue
		}
		tag := tokens.Token()
		if r.changeLinks(tag.Attr) {
			page.WriteString(tag.String())
		} else {
			page.Write(raw)
		}
		if tag.Data == "body" {
			page.WriteString(`<p role="note">` + html.EscapeString(r.banner) + "</p>")
		}
	}
}

func (r rewriter) changeLinks(attributes []html.Attribute) (changed bool) {
	for i, attribute := range attributes {
		if !linkAttributes[attribute.Key] {
			continue
		}
		if link := r.link(attribute.Val); link != attribute.Val {
			attributes[i].Val, changed = link, true
		}
	}
	return changed
}

// link turns a link to the origin into a link to the proxy. It leaves all other links alone.
func (r rewriter) link(link string) string {
	address, err := url.Parse(strings.TrimSpace(link))
	if err != nil || !strings.EqualFold(address.Host, r.origin.Host) {
		return link
	}
	if address.Scheme != "" && address.Scheme != r.origin.Scheme {
		return link
	}
	// A link with two slashes at its beginning would lead to another server.
	link = "/" + strings.TrimLeft(address.EscapedPath(), "/")
	if address.RawQuery != "" {
		link += "?" + address.RawQuery
	}
	if address.Fragment != "" {
		link += "#" + address.EscapedFragment()
	}
	return link
}
