package gods

import (
	"fmt"
	"net/http"

	"github.com/emirpasic/gods/maps/treemap"
	"github.com/emirpasic/gods/queues/priorityqueue"
	"github.com/emirpasic/gods/utils"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	m := treemap.NewWithStringComparator()
	q := priorityqueue.NewWith(utils.IntComparator)
	for i, k := range []string{"b", "a", "c"} {
		m.Put(k, i)
		q.Enqueue(3 - i)
	}
	first, _ := q.Dequeue()
	fmt.Fprintln(w, m.Keys(), m.Values(), first)
})
