//go:build wasip1

package runtime

import _ "unsafe" // for go:linkname

// The soft memory limit (debug.SetMemoryLimit) comes from the host's hard one. Without it, the collector lets garbage pile
// up to twice the live heap, and the program meets the hard limit first, because the base takes much of the memory.

// The limits that plinthLimit knows.
const (
	// plinthLimitMemoryBytes is the most linear memory that the program may have.
	plinthLimitMemoryBytes = 0
	// plinthLimitResponseBytes is the longest body of a response.
	plinthLimitResponseBytes = 1
)

// plinthLimit asks the host for a limit of the step under way.
//
//go:wasmimport plinth:host limit
//go:linkname plinthLimit
func plinthLimit(which int32) float64

var plinthMemory struct {
	// tenant is set once a tenant's program is about to run. Nobody answers while the base starts.
	tenant bool
	// known is set once the limit has been asked for since the last plinthWake.
	known bool
	// soft is the limit that was set last.
	soft int64
}

// plinthMemorySlack is room for parts of arenas, which have 4 MiB on wasm, and for the gaps before them.
const plinthMemorySlack = heapArenaBytes

// plinthBeforeGrowth sets the soft limit before the memory grows for the first time in a request. Most requests never grow
// it, and do not ask. A limit that the program has set stays.
func plinthBeforeGrowth() {
	if !plinthMemory.tenant || plinthMemory.known {
		return
	}
	plinthMemory.known = true
	if now := gcController.memoryLimit.Load(); now != 1<<63-1 && now != plinthMemory.soft {
		return
	}
	// The collector does not count the data of base and program.
	soft := int64(plinthLimit(plinthLimitMemoryBytes)) - int64(firstmoduledata.end) - plinthMemorySlack
	plinthMemory.soft = max(soft, plinthMemorySlack)
	gcController.memoryLimit.Store(plinthMemory.soft)
}

// plinthTenant tells that a tenant's program is about to start.
//
//go:linkname plinthTenant
func plinthTenant() {
	plinthMemory.tenant = true
	plinthNotes.on = true
	plinthEpoch = 1
}

// plinthFileRoom returns the most bytes that a program's files may have: half of the memory that the base leaves,
// because the code that writes and reads files needs room, too.
//
//go:linkname plinthFileRoom
func plinthFileRoom() int64 {
	if !plinthMemory.tenant {
		return 0
	}
	return (int64(plinthLimit(plinthLimitMemoryBytes)) - int64(firstmoduledata.end)) / 2
}
