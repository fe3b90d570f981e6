package viper

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/viper"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	v := viper.New()
	v.SetConfigType("yaml")
	err := v.ReadConfig(strings.NewReader("a:\n  b: 7\nlist: [x, y]\n"))
	v.SetDefault("c", true)
	fmt.Fprintln(w, v.GetInt("a.b"), v.GetStringSlice("list"), v.GetBool("c"), err)
})
