package ld

import "cmd/link/internal/sym"

// slimModuledata adjusts the program's moduledata. Since Go 1.27 the runtime finds types and itabs by walking through them
// from moduledata.types on. In a program that is the base's address, from which offsets count. So all other fields for
// types count from there too. The start of the program's own types is in the place of the coverage counters, which slim
// programs do not have (runtime/type.go reads it).
func (ctxt *Link) slimModuledata() {
	ldr := ctxt.loader
	own := int64(ldr.SymSect(ldr.Lookup("runtime.types", 0)).Vaddr)
	moduledata := ldr.MakeSymbolUpdater(ctxt.Moduledata)
	for _, field := range []int64{ctxt.moduledataTypeDescOffset, ctxt.moduledataItabOffset} {
		value := int64(ctxt.Arch.ByteOrder.Uint64(moduledata.Data()[field:]))
		moduledata.SetUint(ctxt.Arch, field, uint64(value+own-slimBase.Types))
	}
	ctxt.xdefine("runtime.covctrs", sym.SRODATA, own)
	ctxt.xdefine("runtime.ecovctrs", sym.SRODATA, own)
}
