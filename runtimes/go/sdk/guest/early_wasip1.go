//go:build !plinth

package guest

// The adapter that turns a static program into a component (runtimes/go/static) has no own memory. At its first call it
// asks cabi_realloc for its stack and its state. The runtime makes that call while it starts, when neither Go's heap nor Go
// code can be used. So the build replaces cabi_realloc by a function that hands out this room.
const earlyBytes = 2 << 16

var earlyRoom [earlyBytes]byte

// early shows the room to the build, which looks for the mark (runtimes/go/static/early-memory.ts) in the program's data.
var early = struct {
	mark  [2]uint64
	room  *[earlyBytes]byte
	bytes uint64
}{[2]uint64{0x7261_6520_6e61_6d20, 0xb19b_00c5_e2d4_9f37}, &earlyRoom, earlyBytes}

// keptEarly is written by exported functions, because the linker drops variables that no code refers to.
var keptEarly any

func keepEarly() {
	keptEarly = &early
}
