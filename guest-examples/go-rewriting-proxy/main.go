// Shows another server under this one's name. Links and redirects lead back here, and every page has a banner.
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

// ofTheOriginal fields describe the origin's page and not the rewritten one.
var ofTheOriginal = []string{"Content-Length", "Content-MD5", "Digest", "Etag", "Last-Modified", "Accept-Ranges"}

// conditional fields ask for parts of the origin's page or for changes to it. The rewritten page is another page.
var conditional = []string{"Range", "If-Range", "If-None-Match", "If-Modified-Since"}

func main() {
	origin, err := url.Parse(os.Getenv("ORIGIN"))
	if err != nil || origin.Host == "" {
		log.Fatal("ORIGIN in plinth.jsonc is no URL") // this message refuses the deploy
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

// isHTML finds pages in UTF-8. Pages in other encodings are passed on as they are.
func isHTML(header http.Header) bool {
	kind, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	charset := strings.ToLower(parameters["charset"])
	return err == nil && kind == "text/html" && (charset == "" || charset == "utf-8")
}
