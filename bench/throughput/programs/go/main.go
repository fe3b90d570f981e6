// The benchmark's handlers in Go: a program of Plinth, a native server, or a WASI command, as it is built.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strings"

	plinth "plinth.dev/sdk"
)

const tenant = "tenant-0000000"

type product struct {
	Name        string
	Price, Left int
}

var products = func() (all []product) {
	for n := range 64 {
		all = append(all, product{fmt.Sprintf("Base <%d>", n), 1000 + 37*n, n % 7})
	}
	return all
}()

var shop = template.Must(template.New("shop").Funcs(template.FuncMap{
	"money": func(cents int) string { return fmt.Sprintf("%.2f", float64(cents)/100) },
}).Parse(`<!doctype html><title>{{.Tenant}}</title><table>{{range .Products}}<tr class="product">
  <td class="name">{{.Name}}</td>
  <td class="price">{{money .Price}} EUR</td>
  <td class="left">{{if eq .Left 0}}sold out{{else}}{{.Left}} left in stock{{end}}</td>
</tr>
{{end}}</table>
`))

var pages = plinth.KV("PAGES")

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "hello from "+tenant+"\n")
	})
	mux.HandleFunc("/echo", echo)
	mux.HandleFunc("/page", page)
	mux.HandleFunc("/body", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Write(body)
	})
	mux.HandleFunc("/kv", stored)
	mux.HandleFunc("/cpu", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, fibonacci(18))
	})
	plinth.Handle(mux)
}

func echo(w http.ResponseWriter, r *http.Request) {
	var value map[string]any
	if err := json.NewDecoder(r.Body).Decode(&value); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	value["from"] = tenant
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(value)
}

func page(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	shop.Execute(w, map[string]any{"Tenant": tenant, "Products": products})
}

// stored writes the value at the first read of all, so that nothing has to be prepared.
func stored(w http.ResponseWriter, r *http.Request) {
	value, err := pages.Get(r.Context(), "page")
	if errors.Is(err, plinth.ErrNotFound) {
		_, err = pages.Put(r.Context(), "page", []byte(strings.Repeat("v", 1024)))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Write(value)
}

func fibonacci(n int) int {
	if n < 2 {
		return n
	}
	return fibonacci(n-1) + fibonacci(n-2)
}
