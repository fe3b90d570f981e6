package ld

import (
	"cmd/link/internal/loader"
	"cmd/link/internal/sym"
	"encoding/hex"
)

// slimPinned tells for each symbol whether the base provides it.
var slimPinned []bool

// InSlimBase tells whether the base provides a symbol, so that it must not be emitted.
func InSlimBase(s loader.Sym) bool { return int(s) < len(slimPinned) && slimPinned[s] }

// SlimFirstFunc returns the table index of this module's first function. def is the index in an ordinary program.
func SlimFirstFunc(def int64) int64 {
	if LinkingSlim() {
		return slimBase.FirstFunc
	}
	return def
}

// slimLoad is called when all objects are loaded. It reads the base's table and gives the base's address to every symbol
// that the base has.
func (ctxt *Link) slimLoad() {
	if !LinkingSlim() {
		return
	}
	table, err := readSlimTable(*flagSlimBase)
	if err != nil {
		Exitf("slim: %v", err)
	}
	slimBase = table
	ctxt.slimCheckPackages()

	ldr := ctxt.loader
	sections := make([]*sym.Section, len(table.Sections))
	for i, known := range table.Sections {
		sections[i] = ldr.NewSection()
		sections[i].Name, sections[i].Vaddr = known.Name, uint64(known.Addr)
	}
	slimPinned = make([]bool, ldr.NDef())
	for s := loader.Sym(1); int(s) < ldr.NDef(); s++ {
		key, ok := slimKeyOf(ldr, s)
		if !ok {
			continue
		}
		symbol, ok := table.symbols[key]
		if !ok {
			continue
		}
		if isText := symbol.section == 0; !isText {
			// A smaller symbol of the same name is another symbol (an array of the linker, a shorter bitmap).
			if int64(symbol.size) < ldr.SymSize(s) {
				continue
			}
			ldr.SetSymSect(s, sections[symbol.section])
		}
		slimPinned[s] = true
		ldr.SetSymValue(s, int64(symbol.value))
	}
}

// slimCheckPackages refuses packages that the base has in another form, because their callers' code would not fit it.
func (ctxt *Link) slimCheckPackages() {
	for _, lib := range ctxt.Library {
		if lib.Pkg == "plugin" {
			Exitf("slim: package plugin is not supported: nothing can be loaded into a slim program")
		}
		known, ok := slimBase.Packages[lib.Pkg]
		if ok && known != hex.EncodeToString(lib.Fingerprint[:]) {
			Exitf("slim: package %s is not the one in the base: it was built from other sources, by another Go version (the base: %s) or with other build settings", lib.Pkg, slimBase.GoVersion)
		}
	}
}

// slimKeepMethods is called before dead code is removed. It keeps the methods that the base's code may call.
func (d *deadcodePass) slimKeepMethods() {
	if !LinkingSlim() {
		return
	}
	for _, m := range slimBase.Methods {
		if typ := d.ldr.Lookup(m.Type, 0); typ != 0 {
			d.ifaceMethod[methodsig{m.Name, typ}] = true
		}
	}
}

// slimTextp drops the base's functions from the list of functions to emit.
func (ctxt *Link) slimTextp() {
	own := ctxt.Textp[:0]
	for _, s := range ctxt.Textp {
		if !InSlimBase(s) {
			own = append(own, s)
		}
	}
	ctxt.Textp = own
}

// slimTextSections gives the base's functions a section, which relocations ask for. It is the section of the program's own
// text, because only a function's address matters.
func (ctxt *Link) slimTextSections(text *sym.Section) {
	for i, pinned := range slimPinned {
		s := loader.Sym(i)
		if pinned && ctxt.loader.SymType(s).IsText() {
			ctxt.loader.SetSymSect(s, text)
		}
	}
}

// slimSectionBase is the address that an offset into a section counts from. In a slim program it is the base's section.
func slimSectionBase(sect *sym.Section) int64 {
	if LinkingSlim() {
		for _, known := range slimBase.Sections {
			if known.Name == sect.Name {
				return known.Addr
			}
		}
	}
	return int64(sect.Vaddr)
}

// slimDataAddr is the address at which the data begins. def is the address in an ordinary program.
func slimDataAddr(def uint64) uint64 {
	if LinkingSlim() {
		return uint64(slimBase.DataAddr)
	}
	return def
}

// slimAddresses is called when all addresses are known.
func (ctxt *Link) slimAddresses() {
	switch {
	case WritingSlimBase():
		ctxt.slimWriteBase()
	case LinkingSlim():
		end := ctxt.loader.SymValue(ctxt.loader.Lookup("runtime.end", 0))
		if end > slimBase.DataEnd {
			have, room := end-slimBase.DataAddr, slimBase.DataEnd-slimBase.DataAddr
			Exitf("slim: the program's data takes %d bytes, and there is room for %d. The largest: %s. "+
				"A program with everything inside (plinth build --static) has no such limit", have, room, ctxt.slimLargest())
		}
		if last := slimBase.FirstFunc + int64(len(ctxt.Textp)); last > 1<<16 {
			Exitf("slim: the program has %d functions, and there is room for %d", len(ctxt.Textp), 1<<16-slimBase.FirstFunc)
		}
		ctxt.slimModuledata()
		// These fields of the program's moduledata are the bases of offsets.
		ctxt.xdefine("runtime.rodata", sym.SRODATA, slimBase.RoData)
		ctxt.xdefine("runtime.types", sym.SRODATA, slimBase.Types)
		ctxt.slimReport()
	}
}

// slimReport lists the emitted symbols for `plinth build --why`: under -v, one line each, functions in the module's order.
func (ctxt *Link) slimReport() {
	if ctxt.Debugvlog == 0 {
		return
	}
	ldr := ctxt.loader
	for _, s := range ctxt.Textp {
		ctxt.Logf("slim: text %s\n", ldr.SymName(s))
	}
	for _, s := range ctxt.datap {
		ctxt.Logf("slim: data %d %s\n", ldr.SymSize(s), ldr.SymName(s))
	}
}

// SlimUnreachable returns the function that replaces functions without a body. A base keeps all functions of its packages.
// Some of them call functions that do not exist for this GOOS, on paths that no program takes.
func (ctxt *Link) SlimUnreachable() loader.Sym { return ctxt.ArchSyms.unreachableMethod }
