package ozzo

import (
	"fmt"
	"net/http"

	validation "github.com/go-ozzo/ozzo-validation/v4"
	"github.com/go-ozzo/ozzo-validation/v4/is"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	type user struct{ Name, Email string }
	u := user{"A", "no"}
	err := validation.ValidateStruct(&u,
		validation.Field(&u.Name, validation.Required, validation.Length(2, 5)),
		validation.Field(&u.Email, is.Email))
	fmt.Fprintln(w, err)
})
