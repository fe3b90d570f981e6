//go:build wasip1

package rand

import (
	"internal/byteorder"
	_ "unsafe" // for go:linkname
)

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
	own [32]byte
	// epoch is the epoch of the present numbers. It is 0 if the seed alone decides them.
	epoch uint32
}

// plinthSeed notes the seed, and returns the one to use.
func (s *plinthSource) plinthSeed(seed [32]byte) [32]byte {
	again := s.epoch != 0 && seed == s.own
	s.own = seed
	if !again {
		s.epoch = plinthSeeded(byteorder.LEUint64(seed[:]))
	}
	if s.epoch == 0 {
		return seed
	}
	s.epoch = plinthEpoch
	for i := 0; i < len(seed); i += 8 {
		byteorder.LEPutUint64(seed[i:], plinthMix(byteorder.LEUint64(seed[i:])))
	}
	return seed
}

// plinthSeed is called when p has its seed.
func (p *PCG) plinthSeed() {
	p.epoch = max(plinthSeeded(p.hi), plinthSeeded(p.lo))
	if p.epoch != 0 {
		p.lo += plinthReads()
		p.plinthFreshen()
	}
}

// plinthFreshen goes on from a state of this request alone.
func (p *PCG) plinthFreshen() {
	p.epoch = plinthEpoch
	p.hi, p.lo = plinthMix(p.hi), plinthMix(p.lo+1)
}
