package wasm

// The wasm side of slim linking (see ../ld/slim.go).
//
// A base is an ordinary module that also exports its table. It exports no PCs, because programs know the addresses of its
// functions. A slim program's module imports memory, table, and `attach`:
//
//	(import "rt" "memory" (memory 0)) (import "rt" "table" (table 0 funcref))
//	(import "rt" "attach" (func $attach (param i32 i32)))
//	(global (mut i32)) ..                     ;; the registers
//	(elem (i32.const FIRST_FUNC) func ...)    ;; its functions, after the base's
//	(data (i32.const ADDR) ...)               ;; its data, in the memory that the base reserves
//	(func $start (call $attach (i32.const MODULEDATA) (i32.const MAIN)))
//	(start $start)
//
// Base and program share the registers. Here each module has globals for them. Afterwards the registers become addresses in
// the shared memory (registers.ts).
//
// The program exports nothing, because the host calls functions of the base. It calls base functions through the table.
// With imports instead, every program would have other imports, and a host would have to look up each for each instance.

import (
	"bytes"
	"cmd/internal/obj"
	"cmd/link/internal/ld"
	"cmd/link/internal/loader"
)

const (
	slimImportModule = "rt"
	slimLayoutName   = "plinth:layout" // the custom section with the layout's hash, in base and program
	slimAttach       = "attach"
)

// Wasm binary format.
const (
	opCall         = 0x10
	opCallIndirect = 0x11
	opI32Const     = 0x41
	opEnd          = 0x0b
	kindFunc       = 0x00
	kindTable      = 0x01
	kindMemory     = 0x02
	typeFuncref    = 0x70
)

// firstFunc is the table index, and the upper part of the PC, of this module's first function.
func firstFunc() int64 { return ld.SlimFirstFunc(funcValueOffset) }

// writeCallee writes the function index after a call instruction's opcode, which is at the end of code, as in an ordinary
// program. A call into the base becomes a call through the table instead.
func writeCallee(ctxt *ld.Link, ldr *loader.Loader, code *bytes.Buffer, callee loader.Sym, imports int, types *[]*wasmFuncType) {
	if ldr.SymValue(callee)>>16 < funcValueOffset && ld.WritingSlimBase() {
		callee = ctxt.SlimUnreachable() // has no body
	}
	if !ld.InSlimBase(callee) {
		writeUleb128(code, uint64(int64(imports)+ldr.SymValue(callee)>>16-firstFunc()))
		return
	}
	last := code.Len() - 1
	if code.Bytes()[last] != opCall {
		ld.Exitf("slim: %s is not called by a call instruction", ldr.SymName(callee))
	}
	code.Truncate(last)
	writeI32Const(code, int32(ldr.SymValue(callee)>>16))
	code.WriteByte(opCallIndirect)
	writeUleb128(code, uint64(slimFuncType(ldr, callee, types)))
	code.WriteByte(0x00) // table
}

// slimFuncType gives the type of a function by the same rules as asmb2.
func slimFuncType(ldr *loader.Loader, fn loader.Sym, types *[]*wasmFuncType) uint32 {
	if s := ldr.WasmTypeSym(fn); s != 0 {
		var declared obj.WasmFuncType
		declared.Read(ldr.Data(s))
		typ := &wasmFuncType{Params: fieldsToTypes(declared.Params), Results: fieldsToTypes(declared.Results)}
		return lookupType(typ, types)
	}
	if typ, ok := wasmFuncTypes[ldr.SymName(fn)]; ok {
		return lookupType(typ, types)
	}
	return 0
}

// slimImports adds `attach` to the functions that a program imports.
func slimImports(imports []*wasmFunc, types *[]*wasmFuncType) []*wasmFunc {
	if !ld.LinkingSlim() {
		return imports
	}
	typ := lookupType(&wasmFuncType{Params: []byte{I32, I32}}, types)
	return append(imports, &wasmFunc{Module: slimImportModule, Name: slimAttach, Type: typ})
}

// writeSlimLayout writes the custom section that names this base, or the program's base.
func writeSlimLayout(ctxt *ld.Link) {
	layout := ld.SlimLayout()
	if layout == "" {
		return
	}
	sizeOffset := writeSecHeader(ctxt, sectionCustom)
	writeName(ctxt.Out, slimLayoutName)
	ctxt.Out.Write([]byte(layout))
	writeSecSize(ctxt, sizeOffset)
}

// writeSlimModule writes a slim program's sections. imports are the imported functions, with `attach` as the last.
func writeSlimModule(ctxt *ld.Link, ldr *loader.Loader, types []*wasmFuncType, imports, fns []*wasmFunc) {
	for _, s := range ldr.WasmExports {
		if !ld.InSlimBase(s) {
			ld.Exitf("slim: //go:wasmexport %s: a program exports nothing, the host calls its handler", ldr.SymName(s))
		}
	}
	start := new(bytes.Buffer)
	writeUleb128(start, 0) // no locals
	writeI32Const(start, int32(ldr.SymValue(ctxt.Moduledata)))
	writeI32Const(start, int32(ldr.SymValue(ldr.Lookup("main.main", 0))))
	start.WriteByte(opCall)
	writeUleb128(start, uint64(len(imports)-1))
	start.WriteByte(opEnd)
	withStart := append(fns[:len(fns):len(fns)], &wasmFunc{Type: lookupType(&wasmFuncType{}, &types), Code: start.Bytes()})

	writeTypeSec(ctxt, types)
	writeSlimImports(ctxt, imports)
	writeFunctionSec(ctxt, withStart)
	writeGlobalSec(ctxt)
	sizeOffset := writeSecHeader(ctxt, sectionStart)
	writeUleb128(ctxt.Out, uint64(len(imports)+len(fns)))
	writeSecSize(ctxt, sizeOffset)
	writeElementSec(ctxt, uint64(len(imports)), uint64(len(fns)))
	writeCodeSec(ctxt, withStart)
	writeDataSec(ctxt)
}

func writeSlimImports(ctxt *ld.Link, imports []*wasmFunc) {
	sizeOffset := writeSecHeader(ctxt, sectionImport)
	writeUleb128(ctxt.Out, uint64(2+len(imports)))
	entry := func(name string, kind byte, typ ...byte) {
		writeName(ctxt.Out, slimImportModule)
		writeName(ctxt.Out, name)
		ctxt.Out.WriteByte(kind)
		ctxt.Out.Write(typ)
	}
	entry("memory", kindMemory, 0x00, 0x01)            // at least one page
	entry("table", kindTable, typeFuncref, 0x00, 0x01) // at least one entry
	for _, fn := range imports {
		writeName(ctxt.Out, fn.Module)
		writeName(ctxt.Out, fn.Name)
		ctxt.Out.WriteByte(kindFunc)
		writeUleb128(ctxt.Out, uint64(fn.Type))
	}
	writeSecSize(ctxt, sizeOffset)
}

// slimBaseExports is the number of exports that writeSlimBaseExports adds.
func slimBaseExports() int {
	if !ld.WritingSlimBase() {
		return 0
	}
	return 1
}

// writeSlimBaseExports exports the table for programs. Every module exports memory and functions anyway.
func writeSlimBaseExports(ctxt *ld.Link) {
	if !ld.WritingSlimBase() {
		return
	}
	writeName(ctxt.Out, "table")
	ctxt.Out.Write([]byte{kindTable, 0x00})
}
