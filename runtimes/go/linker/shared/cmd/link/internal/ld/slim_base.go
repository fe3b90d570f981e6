package ld

import (
	"cmd/link/internal/loader"
	"cmd/link/internal/sym"
	"cmp"
	"encoding/hex"
	"internal/buildcfg"
	"slices"
)

// slimMethods holds, in a base's link, the methods called through interfaces.
var slimMethods []slimMethod

// slimRecordMethods is called after dead code has been found, while the methods called through interfaces are known.
func (d *deadcodePass) slimRecordMethods() {
	if !WritingSlimBase() {
		return
	}
	for m := range d.ifaceMethod {
		slimMethods = append(slimMethods, slimMethod{Name: m.name, Type: d.ldr.SymName(m.typ)})
	}
	slices.SortFunc(slimMethods, func(a, b slimMethod) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type))
	})
}

// slimWriteBase is called when all addresses are known. It reserves memory for programs and writes the symbol table.
func (ctxt *Link) slimWriteBase() {
	ldr := ctxt.loader
	address := func(name string) int64 { return ldr.SymValue(ldr.Lookup(name, 0)) }
	const page = 4096 // programs' data begins on a new page, and so does the heap
	table := &slimTable{
		GoVersion: buildcfg.Version,
		FirstFunc: ldr.SymValue(ctxt.Textp[0])>>16 + int64(len(ctxt.Textp)),
		Types:     address("runtime.types"),
		RoData:    address("runtime.rodata"),
		GoFunc:    address("go:func.*"),
		DataAddr:  Rnd(address("runtime.end"), page),
		Sections:  []slimSection{{Name: ".text"}},
		Packages:  map[string]string{},
		Methods:   slimMethods,
	}
	table.DataEnd = Rnd(table.DataAddr+*flagSlimReserve, page)
	// The heap begins at runtime.end.
	ctxt.xdefine("runtime.end", sym.SBSS, table.DataEnd)
	for _, lib := range ctxt.Library {
		if lib.Pkg != "main" {
			table.Packages[lib.Pkg] = hex.EncodeToString(lib.Fingerprint[:])
		}
	}
	table.symbols = ctxt.slimCollect(table)
	if err := table.write(*flagSlimBaseOut); err != nil {
		Exitf("writing the symbol table: %v", err)
	}
	slimBase = table
}

// slimCollect lists the symbols that programs can find in the base. It lists none of several symbols with one key (local
// symbols of one name in several files of a package). Programs contain their own.
func (ctxt *Link) slimCollect(table *slimTable) map[slimKey]slimSymbol {
	ldr := ctxt.loader
	symbols := map[slimKey]slimSymbol{}
	ambiguous := map[slimKey]bool{}
	sections := map[*sym.Section]uint32{}
	add := func(s loader.Sym, text bool) {
		if int(s) >= ldr.NDef() {
			return // made by the linker for this module
		}
		key, ok := slimKeyOf(ldr, s)
		if !ok {
			return
		}
		symbol := slimSymbol{value: uint32(ldr.SymValue(s)), size: uint32(ldr.SymSize(s))}
		if sect := ldr.SymSect(s); sect != nil && !text {
			index, known := sections[sect]
			if !known {
				index = uint32(len(table.Sections))
				sections[sect] = index
				if slices.ContainsFunc(table.Sections, func(other slimSection) bool { return other.Name == sect.Name }) {
					Exitf("slim: two sections are named %s", sect.Name) // programs find sections by name
				}
				table.Sections = append(table.Sections, slimSection{Name: sect.Name, Addr: int64(sect.Vaddr)})
			}
			symbol.section = index
		}
		if other, known := symbols[key]; known && other.value != symbol.value {
			ambiguous[key] = true
			return
		}
		symbols[key] = symbol
	}
	for _, s := range ctxt.Textp {
		add(s, true)
	}
	for _, s := range ctxt.datap {
		add(s, false)
	}
	// Funcdata is not laid out as symbols but copied into each module's go:func.*. A program must know the base's funcdata.
	// Otherwise it would emit the funcdata of the base's functions as its own data.
	var funcdata []loader.Sym
	for _, s := range ctxt.Textp {
		info := ldr.FuncInfo(s)
		if !info.Valid() {
			continue
		}
		info.Preload()
		funcdata = ldr.Funcdata(s, funcdata)
		for _, data := range funcdata {
			if data != 0 && ldr.AttrSpecial(data) {
				add(data, false)
			}
		}
	}
	for key := range ambiguous {
		delete(symbols, key)
	}
	return symbols
}
