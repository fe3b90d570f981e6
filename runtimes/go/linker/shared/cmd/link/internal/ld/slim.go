package ld

// Slim linking, for GOOS=wasip1.
//
// An ordinary program carries the Go runtime and all that it uses of the standard library. Here a *base* is linked once,
// with everything that its packages hold (-slimbaseout=FILE), and programs are linked against it (-slimbase=FILE): of
// what a program reaches, only what the base lacks is emitted. The emitted module shares the base's linear memory,
// function table and register globals. The place of things:
//
//	table   0 .. 4096             unused, as in any Go program (a PC's upper bits, PC_F, are a table index)
//	        4096 .. firstFunc     the base's functions
//	        firstFunc ..          the program's own functions
//	memory  0 .. dataAddr         the base's data
//	        dataAddr .. dataEnd   reserved for the program's own data
//	        dataEnd ..            the heap
//
// A program is linked in the ordinary way, all packages loaded and dead code removed from the whole, so that nothing is
// assumed of the base but where it put each symbol: symbols that the base has get the base's address ("pinned") and are
// left out of everything that is written.
//
// The runtime finds things by offsets (names, types, text, funcdata: R_ADDROFF) from the start of a section of the module
// that holds a pointer. Those of a slim program count from the *base's* sections, and its moduledata says so, which makes
// an offset mean the same in either module.
//
// slim_table.go has the file that base and program share, slim_base.go what the base's link does besides, slim_program.go
// the program's. The hunks in the linker's own files are one call each.

import "flag"

var (
	flagSlimBaseOut = flag.String("slimbaseout", "", "link a base for slim programs and write its symbol table to `file`")
	flagSlimBase    = flag.String("slimbase", "", "link a slim program against the base whose symbol table is in `file`")
	flagSlimReserve = flag.Int64("slimreserve", 8<<20, "`bytes` of memory that a base reserves for a slim program's data")
)

// WritingSlimBase tells whether this link makes a base.
func WritingSlimBase() bool { return *flagSlimBaseOut != "" }

// LinkingSlim tells whether this link makes a slim program.
func LinkingSlim() bool { return *flagSlimBase != "" }

// slimBase is the base that a slim program is linked against (read), or that this link makes (nearly at its end).
var slimBase *slimTable

// SlimLayout returns the hash of the base's layout; "" in an ordinary link.
func SlimLayout() string {
	if slimBase == nil {
		return ""
	}
	return slimBase.Layout
}
