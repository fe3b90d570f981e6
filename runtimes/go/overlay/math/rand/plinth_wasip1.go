//go:build wasip1

package rand

import _ "unsafe" // for go:linkname

//go:linkname plinthNote runtime.plinthNote
func plinthNote(what string)

//go:linkname plinthDrew runtime.plinthDrew
func plinthDrew(number uint64)

//go:linkname plinthSeeded runtime.plinthSeeded
func plinthSeeded(seed uint64) uint32

//go:linkname plinthReads runtime.plinthReads
func plinthReads() uint64

//go:linkname plinthMix runtime.plinthMix
func plinthMix(seed uint64) uint64

//go:linkname plinthEpoch runtime.plinthEpoch
var plinthEpoch uint32

// plinthDraw draws from the runtime, whose numbers differ in each request.
func plinthDraw() uint64 {
	x := runtime_rand()
	plinthNote("")
	plinthDrew(x)
	return x
}

// plinthSource is the seed of a generator that is to be fresh in each request.
type plinthSource struct {
	own int64
	// epoch is the epoch of the present numbers. It is 0 if the seed alone decides them.
	epoch uint32
}

func (rng *rngSource) plinthSeed(seed int64) {
	rng.own, rng.epoch = seed, plinthSeeded(uint64(seed))
	if rng.epoch == 0 {
		rng.seed(seed)
		return
	}
	rng.own += int64(plinthReads())
	rng.plinthFreshen()
}

// plinthFreshen seeds the generator for this request. A seed has 31 bits here, and the request's random bits have 64.
func (rng *rngSource) plinthFreshen() {
	rng.epoch = plinthEpoch
	mixed := plinthMix(uint64(rng.own))
	rng.seed(int64(mixed >> 1))
	for i := range rng.vec {
		mixed = plinthMix(mixed)
		rng.vec[i] ^= int64(mixed)
	}
}
