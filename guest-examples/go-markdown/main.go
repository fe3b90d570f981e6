// A site from Markdown pages. A third-party module renders them once, when the program is deployed.
package main

import (
	"embed"
	"html/template"
	"io"
	"io/fs"
	"log"
	"net/http"
	"path"
	"strings"

	"github.com/russross/blackfriday/v2"
	"plinth.dev/sdk"
)

//go:embed pages/*.md
var pages embed.FS

//go:embed site
var site embed.FS

//go:embed layout.tmpl
var layoutText string

var layout = template.Must(template.New("layout").Parse(layoutText))

// The renderer leaves out the authors' own HTML and links to javascript:.
const rendererFlags = blackfriday.CommonHTMLFlags | blackfriday.SkipHTML | blackfriday.Safelink

type page struct {
	Name  string
	Title string
	Body  template.HTML
}

// A view holds the values that layout.tmpl shows.
type view struct {
	page
	Pages map[string]page
}

func main() {
	all, err := renderAll()
	if err != nil {
		log.Fatal(err) // this message refuses the deploy
	}
	styles, _ := fs.Sub(site, "site")
	mux := http.NewServeMux()
	mux.Handle("GET /style.css", http.FileServerFS(styles))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		show(w, all, "index")
	})
	mux.HandleFunc("GET /{page}", func(w http.ResponseWriter, r *http.Request) {
		show(w, all, r.PathValue("page"))
	})
	mux.HandleFunc("POST /preview", preview)
	plinth.Handle(mux)
}

// renderAll runs once, at the deploy. Every request finds the pages in memory.
func renderAll() (map[string]page, error) {
	files, err := pages.ReadDir("pages")
	if err != nil {
		return nil, err
	}
	all := map[string]page{}
	for _, file := range files {
		source, err := pages.ReadFile(path.Join("pages", file.Name()))
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(file.Name(), ".md")
		all[name] = render(name, source)
	}
	return all, nil
}

func render(name string, source []byte) page {
	document := blackfriday.New(blackfriday.WithExtensions(blackfriday.CommonExtensions)).Parse(source)
	renderer := blackfriday.NewHTMLRenderer(blackfriday.HTMLRendererParameters{Flags: rendererFlags})
	var body strings.Builder
	document.Walk(func(node *blackfriday.Node, entering bool) blackfriday.WalkStatus {
		return renderer.RenderNode(&body, node, entering)
	})
	return page{name, title(document, name), template.HTML(body.String())}
}

// title is the text of the first heading.
func title(document *blackfriday.Node, otherwise string) string {
	for block := document.FirstChild; block != nil; block = block.Next {
		if block.Type == blackfriday.Heading {
			return textOf(block)
		}
	}
	return otherwise
}

func textOf(node *blackfriday.Node) string {
	var text strings.Builder
	node.Walk(func(node *blackfriday.Node, _ bool) blackfriday.WalkStatus {
		text.Write(node.Literal)
		return blackfriday.GoToNext
	})
	return text.String()
}

func show(w http.ResponseWriter, all map[string]page, name string) {
	found, ok := all[name]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		found = page{name, "Not found", "<p>There is no such page.</p>"}
	}
	write(w, view{found, all})
}

// preview renders the request's body.
func preview(w http.ResponseWriter, r *http.Request) {
	source, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	write(w, view{render("preview", source), nil})
}

func write(w http.ResponseWriter, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := layout.Execute(w, data); err != nil {
		log.Print(err)
	}
}
