//go:build !plinth

package guest

// The adapter that makes a component of a static program (runtimes/go/static) has no memory of its own. It asks cabi_realloc for
// its stack and its state when it is called first, which is when the runtime starts: too early for Go's heap, and too early to
// run Go at all. So it gets this room, by a function that the build puts in the place of cabi_realloc.
const earlyBytes = 2 << 16

var earlyRoom [earlyBytes]byte

// early tells the build where the room is: it looks for the mark in the program's data. runtimes/go/static/early-memory.ts has it, too.
var early = struct {
	mark  [2]uint64
	room  *[earlyBytes]byte
	bytes uint64
}{[2]uint64{0x7261_6520_6e61_6d20, 0xb19b_00c5_e2d4_9f37}, &earlyRoom, earlyBytes}

// keptEarly is written by what is exported: the linker drops what no code refers to.
var keptEarly any

func keepEarly() {
	keptEarly = &early
}
