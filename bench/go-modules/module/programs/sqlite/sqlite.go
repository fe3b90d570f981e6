package sqlite

import (
	"database/sql"
	"fmt"
	"net/http"

	_ "modernc.org/sqlite"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Fprintln(w, err)
		return
	}
	defer db.Close()
	var n int
	err = db.QueryRow("select sum(x) from (select 1 as x union select 2)").Scan(&n)
	fmt.Fprintln(w, n, err)
})
