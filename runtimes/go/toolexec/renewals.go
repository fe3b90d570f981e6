package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// renewal makes random state of a well-known package anew in each request. Such a package draws it once a process, at
// start-up, which all requests of a Plinth program share. The statements are compiled into the package, as a file more.
type renewal struct {
	paths []string
	// needs must all be in the package's sources. Versions without them stay as they are.
	needs []string
	// imports are some of the package's own, separated by spaces.
	imports    string
	statements string
}

// The functions of plinth.dev/sdk/guest that statements may call.
const declarations = `
import _ "unsafe"

//go:linkname plinthRenew plinth.dev/sdk/guest.renew
func plinthRenew(f func())

//go:linkname plinthText plinth.dev/sdk/guest.renewText
func plinthText(n int) string

//go:linkname plinthNumber plinth.dev/sdk/guest.renewNumber
func plinthNumber() uint32

func init() { plinthRenew(plinthRenewal) }
`

var renewals = []renewal{
	{
		paths:      []string{"github.com/rs/xid"},
		needs:      []string{"objectIDCounter = randInt()", "func randInt() uint32"},
		statements: "objectIDCounter = plinthNumber()",
	},
	{
		paths:      []string{"go.mongodb.org/mongo-driver/bson/primitive", "go.mongodb.org/mongo-driver/v2/bson"},
		needs:      []string{"= readRandomUint32()", "func processUniqueBytes() [5]byte", "processUnique "},
		statements: "objectIDCounter = plinthNumber(); processUnique = processUniqueBytes()",
	},
	{
		paths: []string{
			"github.com/go-chi/chi/middleware", "github.com/go-chi/chi/v4/middleware", "github.com/go-chi/chi/v5/middleware",
		},
		needs: []string{"var prefix string", `fmt.Sprintf("%s/%s", hostname, b64[0:10])`},
		// The host's name stays.
		statements: "prefix = prefix[:len(prefix)-10] + plinthText(10)",
	},
	{
		paths:   []string{"github.com/oklog/ulid/v2"},
		needs:   []string{"defaultEntropy = func() io.Reader", "type LockedMonotonicReader struct", "\tms  "},
		imports: "math/rand time",
		// Only a reader that the start-up has used holds numbers.
		statements: `
	locked, _ := defaultEntropy.(*LockedMonotonicReader)
	if locked == nil {
		return
	}
	if used, _ := locked.MonotonicReader.(*MonotonicEntropy); used != nil && used.ms != 0 {
		*used = *Monotonic(rand.New(rand.NewSource(time.Now().UnixNano())), 0)
	}
`,
	},
	{
		paths: []string{"github.com/google/uuid"},
		needs: []string{"poolPos     = randPoolSize", "clockSeq uint16"},
		// A pool that is used up is filled anew, and so is an unset clock sequence.
		statements: "poolPos = randPoolSize; clockSeq, lasttime = 0, 0",
	},
}

// renewed returns the arguments of the compiler with the renewal of the package, if there is one. remove removes its file.
func renewed(arguments []string) (all []string, remove func(), err error) {
	remove = func() {}
	i := slices.Index(arguments, "-p") + 1
	if i == 0 || i == len(arguments) {
		return arguments, remove, nil
	}
	for _, r := range renewals {
		if !slices.Contains(r.paths, arguments[i]) {
			continue
		}
		name, err := r.packageName(arguments)
		if name == "" || err != nil {
			return arguments, remove, err
		}
		folder, err := os.MkdirTemp("", "plinth-renewal-")
		if err != nil {
			return nil, remove, err
		}
		remove = func() { os.RemoveAll(folder) }
		file := filepath.Join(folder, "plinth_renewal.go")
		// The line makes the package the same wherever the file was.
		var imports strings.Builder
		for path := range strings.FieldsSeq(r.imports) {
			fmt.Fprintf(&imports, "import %q\n", path)
		}
		text := fmt.Sprintf("//line plinth_renewal.go:1\npackage %s\n%s%s\nfunc plinthRenewal() { %s }\n",
			name, &imports, declarations, r.statements)
		return append(slices.Clone(arguments), file), remove, os.WriteFile(file, []byte(text), 0o600)
	}
	return arguments, remove, nil
}

// packageName is the name of the package, "" if its sources are not those that the renewal is for.
func (r *renewal) packageName(arguments []string) (string, error) {
	var sources strings.Builder
	for _, argument := range arguments {
		if !strings.HasSuffix(argument, ".go") {
			continue
		}
		text, err := os.ReadFile(argument)
		if err != nil {
			return "", err
		}
		sources.Write(text)
	}
	text := sources.String()
	for _, need := range r.needs {
		if !strings.Contains(text, need) {
			return "", nil
		}
	}
	_, clause, _ := strings.Cut("\n"+text, "\npackage ")
	return strings.Fields(clause)[0], nil
}

// renewalsVersion tells the go command that packages compiled with other renewals are others.
func renewalsVersion() string {
	sum := sha256.Sum256([]byte(fmt.Sprint(declarations, renewals)))
	return " plinth-renewals=" + hex.EncodeToString(sum[:6])
}
