package ld

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// slimMostLargest bounds the names in the message.
const slimMostLargest = 8

// slimLargest names the largest variables, and the linker's own parts of the data, with their bytes.
func (ctxt *Link) slimLargest() string {
	sizes := map[string]int64{}
	ldr := ctxt.loader
	for _, s := range ctxt.datap {
		name := ldr.SymName(s)
		switch {
		case strings.HasPrefix(name, "type:"):
			name = "types"
		case strings.Contains(name, ".gostring."):
			name = "a string or an embedded file of " + strconv.FormatInt(ldr.SymSize(s), 10) + " bytes"
		case strings.HasPrefix(name, "go:string."):
			name = "strings"
		case strings.HasPrefix(name, "runtime."), strings.HasPrefix(name, "gclocals"), strings.HasPrefix(name, "go:"):
			name = "tables of functions"
		}
		sizes[name] += ldr.SymSize(s)
	}
	names := slices.SortedFunc(maps.Keys(sizes), func(a, b string) int { return cmp.Compare(sizes[b], sizes[a]) })
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %d", name, sizes[name])
	}
	return strings.Join(names[:min(len(names), slimMostLargest)], ", ")
}
