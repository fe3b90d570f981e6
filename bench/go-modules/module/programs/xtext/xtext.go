package xtext

import (
	"fmt"
	"net/http"

	"golang.org/x/text/cases"
	"golang.org/x/text/collate"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/unicode/norm"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	words := []string{"Zoo", "äpfel", "Apfel", "zebra"}
	collate.New(language.German).SortStrings(words)
	text, err := charmap.Windows1252.NewDecoder().String("caf\xe9")
	fmt.Fprintln(w, words, text, err, cases.Title(language.English).String("the end"), norm.NFD.String("é"))
	message.NewPrinter(language.German).Fprintf(w, "%d %.2f\n", 1234567, 1234.5)
})
