package ld

import (
	"bytes"
	"cmd/link/internal/loader"
	"cmd/link/internal/sym"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// A symbol table file: slimMagic, one line of JSON (slimTable), and the symbols as records of slimRecordBytes, sorted by
// key. All numbers are little endian.
const (
	slimMagic       = "plinth go symbols 1\n"
	slimRecordBytes = slimKeyBytes + 4 + 4 + 4
	slimKeyBytes    = 16
)

// slimTable holds the facts about a base that programs need.
type slimTable struct {
	Layout    string            `json:"layout"`    // hash of all other fields: programs run on this base and no other
	GoVersion string            `json:"goVersion"` // "go1.26.8"
	FirstFunc int64             `json:"firstFunc"` // first table index after the base's functions
	Types     int64             `json:"types"`     // address of runtime.types
	RoData    int64             `json:"roData"`    // address of runtime.rodata
	GoFunc    int64             `json:"goFunc"`    // address of go:func.*, the funcdata
	DataAddr  int64             `json:"dataAddr"`  // first address for a program's data
	DataEnd   int64             `json:"dataEnd"`   // the address after the last one
	Sections  []slimSection     `json:"sections"`  // data sections; index 0 stands for text
	Packages  map[string]string `json:"packages"`  // import path -> fingerprint of the export data, hexadecimal

	// Methods that the base's code calls through interfaces. A program keeps its types' methods that fit one, even if none of
	// its reachable code calls them. Base code that it does not import may call them (for example by image.RegisterFormat).
	Methods []slimMethod `json:"methods"`

	symbols map[slimKey]slimSymbol
}

type slimSection struct {
	Name string `json:"name"`
	Addr int64  `json:"addr"`
}

type slimMethod struct {
	Name string `json:"name"`
	Type string `json:"type"` // name of the method type's symbol
}

type slimSymbol struct {
	value   uint32 // address, or the PC of a function
	size    uint32 // bytes
	section uint32 // index into Sections
}

// slimKey identifies a symbol across links: a hash of its content, or of its name and ABI version.
type slimKey [slimKeyBytes]byte

// slimKeyOf gives a symbol's key. Symbols of the base's package main are not for programs, which have their own package
// main, except duplicates that it only happens to define first: type descriptors, wrappers, generic instances.
func slimKeyOf(ldr *loader.Loader, s loader.Sym) (key slimKey, ok bool) {
	var text []byte
	if hash := ldr.ContentHash(s); hash != nil && !strings.HasPrefix(ldr.SymName(s), "go:itab.") {
		text = append([]byte("content "), hash...)
	} else {
		name, pkg := ldr.SymName(s), ldr.SymPkg(s)
		if name == "" || pkg == "main" && !ldr.AttrDuplicateOK(s) {
			return key, false
		}
		if version := ldr.SymVersion(s); version >= sym.SymVerStatic {
			text = fmt.Appendf(nil, "local %s %s", pkg, name) // the version counts files here
		} else {
			text = fmt.Appendf(nil, "name %d %s", version, name)
		}
	}
	sum := sha256.Sum256(text)
	return slimKey(sum[:]), true
}

// write sets the layout hash and writes the file.
func (t *slimTable) write(file string) error {
	keys := make([]slimKey, 0, len(t.symbols))
	for key := range t.symbols {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b slimKey) int { return bytes.Compare(a[:], b[:]) })
	records := make([]byte, 0, len(keys)*slimRecordBytes)
	for _, key := range keys {
		symbol := t.symbols[key]
		records = append(records, key[:]...)
		for _, number := range []uint32{symbol.value, symbol.size, symbol.section} {
			records = binary.LittleEndian.AppendUint32(records, number)
		}
	}
	t.Layout = ""
	unnamed, err := json.Marshal(t)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(append(unnamed, records...))
	t.Layout = hex.EncodeToString(sum[:16])
	header, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return os.WriteFile(file, slices.Concat([]byte(slimMagic), header, []byte("\n"), records), 0o666)
}

// readSlimTable reads a file that write has written.
func readSlimTable(file string) (*slimTable, error) {
	contents, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(contents, []byte(slimMagic))
	header, records, found := bytes.Cut(rest, []byte("\n"))
	if !ok || !found || len(records)%slimRecordBytes != 0 {
		return nil, fmt.Errorf("%s is not a symbol table of this version of the linker", file)
	}
	t := &slimTable{symbols: make(map[slimKey]slimSymbol, len(records)/slimRecordBytes)}
	if err := json.Unmarshal(header, t); err != nil {
		return nil, fmt.Errorf("%s: %v", file, err)
	}
	for ; len(records) > 0; records = records[slimRecordBytes:] {
		number := func(n int) uint32 { return binary.LittleEndian.Uint32(records[slimKeyBytes+4*n:]) }
		t.symbols[slimKey(records)] = slimSymbol{value: number(0), size: number(1), section: number(2)}
	}
	return t, nil
}
