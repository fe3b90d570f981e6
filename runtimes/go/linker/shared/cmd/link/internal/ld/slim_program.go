package ld

import (
	"cmd/link/internal/loader"
	"cmd/link/internal/sym"
	"encoding/hex"
)

// slimPinned tells of each symbol whether the base provides it.
var slimPinned []bool

// InSlimBase tells whether the base provides a symbol, so that it must not be emitted.
func InSlimBase(s loader.Sym) bool { return int(s) < len(slimPinned) && slimPinned[s] }

// SlimFirstFunc returns the table index of this module's first function. def is that of an ordinary program.
func SlimFirstFunc(def int64) int64 {
	if LinkingSlim() {
		return slimBase.FirstFunc
	}
	return def
}

// slimLoad is called when all objects are loaded: it reads the base's table and gives every symbol that the base has the
// base's address.
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
			// A smaller symbol of the same name is another thing (an array of the linker's, a shorter bitmap).
			if int64(symbol.size) < ldr.SymSize(s) {
				continue
			}
			ldr.SetSymSect(s, sections[symbol.section])
		}
		slimPinned[s] = true
		ldr.SetSymValue(s, int64(symbol.value))
	}
}

// slimCheckPackages refuses packages that the base has in another form: their callers' code would not fit the base's.
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

// slimKeepMethods is called before dead code is looked for: it keeps what the base's code may call.
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

// slimTextp drops the base's functions from the list of those to be emitted.
func (ctxt *Link) slimTextp() {
	own := ctxt.Textp[:0]
	for _, s := range ctxt.Textp {
		if !InSlimBase(s) {
			own = append(own, s)
		}
	}
	ctxt.Textp = own
}

// slimTextSections gives the base's functions a section, which relocations ask for. It is that of the program's own text:
// of a function only the address matters.
func (ctxt *Link) slimTextSections(text *sym.Section) {
	for i, pinned := range slimPinned {
		s := loader.Sym(i)
		if pinned && ctxt.loader.SymType(s).IsText() {
			ctxt.loader.SetSymSect(s, text)
		}
	}
}

// slimSectionBase is what an offset into a section counts from: in a slim program the base's section of that name.
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

// slimDataAddr is where the data begins. def is where it would in an ordinary program.
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
			Exitf("slim: the program's data takes %d bytes (large global arrays?), and there is room for %d", have, room)
		}
		if last := slimBase.FirstFunc + int64(len(ctxt.Textp)); last > 1<<16 {
			Exitf("slim: the program has %d functions, and there is room for %d", len(ctxt.Textp), 1<<16-slimBase.FirstFunc)
		}
		ctxt.slimModuledata()
		// What the program's moduledata says of offsets.
		ctxt.xdefine("runtime.rodata", sym.SRODATA, slimBase.RoData)
		ctxt.xdefine("runtime.types", sym.SRODATA, slimBase.Types)
		ctxt.slimReport()
	}
}

// slimReport lists what is emitted, for `plinth build --why`: under -v, a line per symbol, functions in the order of the module.
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

// SlimUnreachable returns the function that stands in for those without a body. A base keeps all functions of its
// packages, and some call others that do not exist for this GOOS, on paths that no program takes.
func (ctxt *Link) SlimUnreachable() loader.Sym { return ctxt.ArchSyms.unreachableMethod }
