// Another server under this one's name: links and redirects lead back here, and every page has a banner.
package main

import (
	"bytes"
	"io"
	"log"
	"mime"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"

	"plinth.dev/sdk"
)

// ofTheOriginal say something of a page as the origin has sent it.
var ofTheOriginal = []string{"Content-Length", "Content-MD5", "Digest", "Etag", "Last-Modified", "Accept-Ranges"}

// conditional fields ask for a part of a page, or whether it has changed; a page is rewritten whole, and is another one.
var conditional = []string{"Range", "If-Range", "If-None-Match", "If-Modified-Since"}

func main() {
	origin, err := url.Parse(os.Getenv("ORIGIN"))
	if err != nil || origin.Host == "" {
		log.Fatal("ORIGIN in plinth.jsonc is no URL") // the deploy is refused with this
	}
	rewriter := rewriter{origin: origin, banner: os.Getenv("BANNER")}
	plinth.Handle(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(origin)
			r.SetXForwarded()
			for _, name := range conditional {
				r.Out.Header.Del(name)
			}
		},
		ModifyResponse: rewriter.rewrite,
	})
}

func (r rewriter) rewrite(response *http.Response) error {
	header := response.Header
	if location := header.Get("Location"); location != "" {
		header.Set("Location", r.link(location))
	}
	if !isHTML(header) {
		return nil
	}
	source, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	response.Body.Close()
	page, err := r.page(source)
	if err != nil {
		return err
	}
	for _, name := range ofTheOriginal {
		header.Del(name)
	}
	header.Set("Content-Type", "text/html; charset=utf-8")
	response.Body = io.NopCloser(bytes.NewReader(page))
	response.ContentLength = int64(len(page))
	return nil
}

// isHTML is about pages in UTF-8; those in other encodings are passed on as they are.
func isHTML(header http.Header) bool {
	kind, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	charset := strings.ToLower(parameters["charset"])
	return err == nil && kind == "text/html" && (charset == "" || charset == "utf-8")
}
