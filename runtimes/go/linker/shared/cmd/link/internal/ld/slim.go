package ld

// Slim linking, for GOOS=wasip1.
//
// An ordinary program carries the Go runtime and the used parts of the standard library. Here a *base* is linked once, with
// everything in its packages (-slimbaseout=FILE), and programs are linked against it (-slimbase=FILE). The linker emits
// only those reachable symbols of a program that the base lacks. The emitted module shares the base's linear memory,
// function table and register globals. The layout is:
//
//	table   0 .. 4096             unused, as in any Go program (a PC's upper bits, PC_F, are a table index)
//	        4096 .. firstFunc     the base's functions
//	        firstFunc ..          the program's own functions
//	memory  0 .. dataAddr         the base's data
//	        dataAddr .. dataEnd   reserved for the program's own data
//	        dataEnd ..            the heap
//
// A program is linked in the ordinary way: all packages are loaded, and dead code is removed from the whole. So the link
// assumes nothing of the base but the address of each symbol. The base's symbols get the base's addresses ("pinned") and
// are left out of the output.
//
// The runtime finds names, types, text and funcdata by offsets (R_ADDROFF) from the start of a section of the module that
// holds a pointer. The offsets of a slim program count from the *base's* sections, and the program's moduledata says so. An
// offset thus means the same in both modules.
//
// slim_table.go has the file that base and program share. slim_base.go has the extra work of the base's link,
// slim_program.go that of a program's link. Each hunk in the linker's own files is one call.

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

// SlimLayout returns the hash of the base's layout, or "" in an ordinary link.
func SlimLayout() string {
	if slimBase == nil {
		return ""
	}
	return slimBase.Layout
}
