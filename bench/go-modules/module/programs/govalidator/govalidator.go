package govalidator

import (
	"fmt"
	"net/http"

	"github.com/asaskevich/govalidator"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, govalidator.IsEmail("a@b.example"), govalidator.IsURL("http://x.example/"), govalidator.IsISBN13("978-3-16-148410-0"))
	type user struct {
		Name string `valid:"alpha,required"`
	}
	_, err := govalidator.ValidateStruct(user{"a1"})
	fmt.Fprintln(w, err)
})
