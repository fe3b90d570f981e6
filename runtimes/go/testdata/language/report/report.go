// Package report tries everything that crosses the border between a slim program and its base: types, methods and functions
// of one that the other uses, and the runtime's tables of both.
package report

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	_ "embed"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"image"
	"io"
	"maps"
	"math/big"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"sort"
	"strings"
	"text/tabwriter"
	"time"
)

//go:embed note.txt
var note string

var out *strings.Builder

func say(format string, values ...any) { fmt.Fprintf(out, format+"\n", values...) }

// Started proves that package variables and init functions have run, in order.
func Started() string { return strings.Join(order, " ") }

var order = []string{"variables"}

func init() { order = append(order, "init") }

// Report returns the same text wherever it is run.
func Report() string {
	out = new(strings.Builder)
	for _, part := range []func(){methods, reflection, generics, encoding, failures, stacks, collector, library} {
		part()
	}
	return out.String()
}

type point struct{ X, Y int }

func (p point) String() string               { return fmt.Sprintf("<%d,%d>", p.X, p.Y) }
func (p point) Add(other point) point        { return point{p.X + other.X, p.Y + other.Y} }
func (p *point) Scale(by int)                { p.X *= by; p.Y *= by }
func (p point) MarshalText() ([]byte, error) { return []byte(p.String()), nil }
func (p *point) UnmarshalText(t []byte) error {
	_, err := fmt.Sscanf(string(t), "<%d,%d>", &p.X, &p.Y)
	return err
}

type shouting struct{ io.Reader }

func (s shouting) Read(b []byte) (int, error) {
	n, err := s.Reader.Read(b)
	copy(b, bytes.ToUpper(b[:n]))
	return n, err
}

type queue []int

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i] < q[j] }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(int)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}

// The base calls methods of types that it does not know.
func methods() {
	say("%v %+v %#v %T", point{1, 2}, &point{3, 4}, struct{ P point }{point{5, 6}}, []map[point]*queue{})
	scanner := bufio.NewScanner(shouting{strings.NewReader("one\ntwo")})
	for scanner.Scan() {
		say("scanned %s", scanner.Text())
	}
	q := queue{5, 2, 8}
	heap.Init(&q)
	heap.Push(&q, 1)
	say("heap %v %v", heap.Pop(&q), heap.Pop(&q))
	sort.Sort(sort.Reverse(q))
	say("sorted %v", q)
	var w io.Writer = os.Stdout
	_, ok := w.(io.ReaderFrom)
	say("type assertion %v", ok)
	var r image.Image = image.NewRGBA(image.Rect(0, 0, 2, 2))
	_, rgba := r.(*image.RGBA)
	say("%v %v", rgba, r.Bounds())
}

type tree[K cmp.Ordered, V any] struct {
	left, right *tree[K, V]
	key         K
	value       V
}

func (t *tree[K, V]) put(key K, value V) *tree[K, V] {
	if t == nil {
		return &tree[K, V]{key: key, value: value}
	}
	switch c := cmp.Compare(key, t.key); {
	case c < 0:
		t.left = t.left.put(key, value)
	case c > 0:
		t.right = t.right.put(key, value)
	default:
		t.value = value
	}
	return t
}

func (t *tree[K, V]) all(yield func(K, V) bool) bool {
	return t == nil || t.left.all(yield) && yield(t.key, t.value) && t.right.all(yield)
}

func generics() {
	var t *tree[string, point]
	for i, word := range strings.Fields("the quick brown fox jumps over the lazy dog") {
		t = t.put(word, point{i, len(word)})
	}
	for k, v := range func(yield func(string, point) bool) { t.all(yield) } {
		say("%s %v", k, v)
	}
	say("%v", slices.SortedFunc(maps.Keys(map[point]bool{{2, 1}: true, {1, 2}: true}), func(a, b point) int {
		return cmp.Compare(a.X, b.X)
	}))
	say("%T", t)
}

// A type that is made at run time is the same as the compiler's type, in whichever module that one is.
func reflection() {
	p := reflect.TypeFor[point]()
	say("slice %v", reflect.SliceOf(p) == reflect.TypeFor[[]point]())
	say("pointer %v", reflect.PointerTo(p) == reflect.TypeFor[*point]())
	say("map %v", reflect.MapOf(reflect.TypeFor[string](), p) == reflect.TypeFor[map[string]point]())
	say("channel %v", reflect.ChanOf(reflect.BothDir, p) == reflect.TypeFor[chan point]())
	say("array %v", reflect.ArrayOf(3, p) == reflect.TypeFor[[3]point]())
	say("base type %v", reflect.MapOf(reflect.TypeFor[string](), reflect.TypeFor[[]string]()) == reflect.TypeFor[map[string][]string]())
	f := reflect.FuncOf([]reflect.Type{p, p}, []reflect.Type{p}, false)
	say("function %v", f == reflect.TypeFor[func(point, point) point]())
	add := reflect.MakeFunc(f, func(v []reflect.Value) []reflect.Value {
		return []reflect.Value{v[0].MethodByName("Add").Call(v[1:])[0]}
	}).Interface().(func(point, point) point)
	say("made %v", add(point{1, 2}, point{3, 4}))
	s := reflect.StructOf([]reflect.StructField{{Name: "P", Type: p, Tag: `json:"p"`}})
	v := reflect.New(s).Elem()
	v.Field(0).Set(reflect.ValueOf(point{7, 8}))
	text, err := json.Marshal(v.Interface())
	say("struct %s %v", text, err)
	for i := range reflect.TypeFor[*point]().NumMethod() {
		say("method %v", reflect.TypeFor[*point]().Method(i).Name)
	}
	var stringer fmt.Stringer = point{9, 9}
	say("%v %v", reflect.TypeOf(stringer).Implements(reflect.TypeFor[fmt.Stringer]()), reflect.ValueOf(&stringer).Elem().Kind())
	p2 := point{1, 1}
	reflect.ValueOf(&p2).MethodByName("Scale").Call([]reflect.Value{reflect.ValueOf(5)})
	say("scaled %v", p2)
}

func encoding() {
	type inner struct {
		At   point            `json:"at" xml:"at,attr"`
		List []float64        `json:"list,omitempty" xml:"item"`
		Map  map[point]string `json:"map" xml:"-"`
	}
	value := inner{point{1, 2}, []float64{0.5, 1e21}, map[point]string{{3, 4}: "a", {1, 1}: "b"}}
	text, err := json.MarshalIndent(value, "", " ")
	say("%s %v", text, err)
	var back inner
	say("%v %v", json.Unmarshal(text, &back), reflect.DeepEqual(value, back))
	document, err := xml.Marshal(value)
	say("%s %v", document, err)
	var wire bytes.Buffer
	gob.Register(queue{})
	say("%v", gob.NewEncoder(&wire).Encode(map[string]any{"q": queue{1, 2}}))
	var decoded map[string]any
	say("%v %v", gob.NewDecoder(&wire).Decode(&decoded), decoded)
	page := template.Must(template.New("page").Parse(`<a title="{{.At}}">{{range $k, $v := .Map}}{{$k.Add $.At}}={{$v}};{{end}}</a>`))
	say("%v", page.Execute(out, value))
}

type notFound struct{ name string }

func (e *notFound) Error() string       { return e.name + " not found" }
func (e *notFound) Is(other error) bool { return other == os.ErrNotExist }

func failures() {
	err := fmt.Errorf("looking: %w", &notFound{"key"})
	var target *notFound
	say("%v %v %v", err, errors.As(err, &target), errors.Is(err, os.ErrNotExist))
	attempt := func(name string, f func()) {
		defer func() {
			problem := recover()
			_, isRuntime := problem.(runtime.Error)
			say("%s: %v %v", name, problem, isRuntime)
		}()
		f()
	}
	var none []int
	var nothing map[string]int
	var absent *point
	var unknown any = "text"
	zero := len(none)
	attempt("index", func() { _ = none[5] })
	attempt("nil map", func() { nothing["a"] = 1 })
	attempt("nil pointer", func() { say("%d", absent.X) })
	attempt("assertion", func() { _ = unknown.(fmt.Stringer) })
	attempt("division", func() { say("%d", 1/zero) })
	attempt("own", func() { panic(&notFound{"panic"}) })
	attempt("in the base", func() { strings.Repeat("x", -1) })
	attempt("through the base", func() {
		sort.Slice([]int{3, 1, 2}, func(i, j int) bool { panic("while sorting") })
	})
}

// Function names, lines and stacks come from tables of both modules.
func stacks() {
	show := func(skip int) {
		pcs := make([]uintptr, 20)
		frames := runtime.CallersFrames(pcs[:runtime.Callers(skip, pcs)])
		for {
			frame, more := frames.Next()
			if strings.Contains(frame.Function, "report.stacks") || strings.HasPrefix(frame.Function, "slices.") {
				say("at %s line %d", frame.Function, frame.Line)
			}
			if !more {
				break
			}
		}
	}
	show(2)
	slices.SortFunc([]int{2, 1}, func(a, b int) int { show(1); return a - b })
	_, file, line, ok := runtime.Caller(0)
	say("%s %d %v", file[strings.LastIndex(file, "/")+1:], line, ok)
	say("%v", runtime.FuncForPC(reflect.ValueOf(Report).Pointer()).Name())
	say("%v", runtime.FuncForPC(reflect.ValueOf(strings.ToUpper).Pointer()).Name())
	say("%v", bytes.Contains(debug.Stack(), []byte("report.stacks(")))
}

var kept [][]*point

// The collector sees roots, stacks and pointers in memory of both modules.
func collector() {
	for round := range 3 {
		list := make([]*point, 0, 2000)
		for i := range 2000 {
			list = append(list, &point{round, i})
			_ = make([]byte, 2000)
		}
		kept = append(kept, list)
		runtime.GC()
	}
	sum := 0
	for _, list := range kept {
		for _, p := range list {
			sum += p.X + p.Y
		}
	}
	kept = nil
	say("kept %d", sum)
	finalized := make(chan bool)
	func() { runtime.SetFinalizer(&point{1, 1}, func(*point) { finalized <- true }) }()
	runtime.GC()
	say("finalized %v", <-finalized)
}

func library() {
	say("%q", note)
	say("%s", time.Date(2024, 2, 29, 12, 30, 0, 0, time.UTC).Add(36*time.Hour).Format(time.RFC1123))
	say("%v", regexp.MustCompile(`(\w+)@(\w+)\.com`).ReplaceAllString("bob@example.com", "$2 at $1"))
	say("%v", new(big.Int).Exp(big.NewInt(7), big.NewInt(123), nil))
	table := tabwriter.NewWriter(out, 0, 8, 1, '.', 0)
	fmt.Fprintln(table, "a\tbbb\tc")
	fmt.Fprintln(table, "aaa\tb\tc")
	table.Flush()
	_, err := os.Open("/etc/passwd")
	say("%v", err != nil)
}
