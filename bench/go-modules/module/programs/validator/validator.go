package validator

import (
	"fmt"
	"net/http"

	"github.com/go-playground/validator/v10"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	v := validator.New()
	type user struct {
		Name  string `validate:"required,min=3"`
		Email string `validate:"email"`
		Age   uint8  `validate:"gte=18"`
	}
	fmt.Fprintln(w, v.Struct(user{"Al", "no", 7}))
	fmt.Fprintln(w, v.Struct(user{"Ann", "a@b.example", 20}), v.Var("10.0.0.1", "ipv4"), v.Var("x", "uuid"))
})
