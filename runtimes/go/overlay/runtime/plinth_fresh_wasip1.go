//go:build wasip1

package runtime

import (
	"internal/runtime/sys"
	_ "unsafe" // for go:linkname
)

// Generators that are seeded with the time or with random numbers are meant to be different in each process. On Plinth all
// requests share one start-up, and many requests have the same millisecond. So such a generator mixes its seed with random
// bits of the request, at its first number in the request. Generators with any other seed give the numbers of that seed.

// plinthEpoch counts the memories that a program has had: 0 in the base, 1 at the start-up, more in a request.
//
//go:linkname plinthEpoch
var plinthEpoch uint32

var plinthFresh struct {
	salt uint64
	// reads counts the looks at the clock, which moves by ms. Two seeds of one ms differ if the clock was read for each.
	reads uint64
	// drawn has the last random numbers of the start-up.
	drawn [16]uint64
	next  uint
}

// plinthDrew remembers random numbers of the start-up.
//
//go:linkname plinthDrew
func plinthDrew(number uint64) {
	if plinthNotes.on {
		plinthFresh.drawn[plinthFresh.next%uint(len(plinthFresh.drawn))] = number
		plinthFresh.next++
	}
}

// plinthSeeded returns the epoch if a generator with that seed is to be fresh in each request, and else 0.
//
//go:linkname plinthSeeded
func plinthSeeded(seed uint64) uint32 {
	if plinthEpoch != 0 && seed != 0 && (plinthIsTime(int64(seed)) || plinthIsDrawn(seed)) {
		return plinthEpoch
	}
	return 0
}

// plinthReads sets seeds of one ms apart.
//
//go:linkname plinthReads
func plinthReads() uint64 { return plinthFresh.reads * 0x9e3779b97f4a7c15 }

// plinthMix makes the seed that stands for another one in this request (the finalizer of MurmurHash3).
//
//go:linkname plinthMix
func plinthMix(seed uint64) uint64 {
	x := seed ^ plinthFresh.salt
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// plinthIsDrawn reports whether the start-up has drawn the seed, as 64 or 63 bits, in any order of bytes.
func plinthIsDrawn(seed uint64) bool {
	if !plinthNotes.on {
		return false
	}
	for _, number := range plinthFresh.drawn {
		swapped := sys.Bswap64(number)
		for _, x := range [...]uint64{number, swapped} {
			if seed == x || seed == x&(1<<63-1) || seed == x>>1 {
				return true
			}
		}
	}
	return false
}

// plinthIsTime reports whether the seed is a time of the last minute, or of the next, in ns, us, ms or s since the epoch.
func plinthIsTime(seed int64) bool {
	const minute = 60_000_000_000
	sec, nsec := walltime1()
	now := sec*1e9 + int64(nsec)
	for _, unit := range [...]int64{1, 1_000, 1_000_000, 1_000_000_000} {
		if ago := now/unit - seed; -minute/unit <= ago && ago <= minute/unit {
			return true
		}
	}
	return false
}
