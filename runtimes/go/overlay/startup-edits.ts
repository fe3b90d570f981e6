/**
 * Edits that note the values of its start-up that a program must not keep: what it has read of the environment, and
 * random numbers (runtime/plinth_startup_wasip1.go). Seeds that should differ in each process differ in each request
 * (runtime/plinth_fresh_wasip1.go).
 */
import type { SourceEdit } from "./source-edit.ts";

export const startupEdits: readonly SourceEdit[] = [
  {
    file: "syscall/env_unix.go",
    before: `func Getenv(key string) (value string, found bool) {
`,
    after: `func Getenv(key string) (value string, found bool) {
	plinthNote(key)
`,
  },
  {
    file: "syscall/env_unix.go",
    before: `func Environ() []string {
`,
    after: `func Environ() []string {
	plinthNote("*")
`,
  },
  {
    file: "crypto/internal/sysrand/rand.go",
    before: "	if err := read(b); err != nil || testingOnlyFailRead {",
    after: `	err := read(b)
	plinthNoteDraw(b)
	if err != nil || testingOnlyFailRead {`,
  },
  {
    file: "math/rand/rand.go",
    before: "	return int64(runtime_rand() & rngMask)",
    after: "	return int64(plinthDraw() & rngMask)",
  },
  {
    file: "math/rand/rand.go",
    before: `func (*runtimeSource) Uint64() uint64 {
	return runtime_rand()`,
    after: `func (*runtimeSource) Uint64() uint64 {
	return plinthDraw()`,
  },
  {
    file: "math/rand/rng.go",
    before: "	vec  [rngLen]int64 // current feedback register",
    after: "	vec  [rngLen]int64 // current feedback register\n	plinthSource",
  },
  {
    file: "math/rand/rng.go",
    before: `func (rng *rngSource) Seed(seed int64) {
`,
    after: `func (rng *rngSource) Seed(seed int64) {
	rng.plinthSeed(seed)
}

func (rng *rngSource) seed(seed int64) {
`,
  },
  {
    file: "math/rand/rng.go",
    before: `func (rng *rngSource) Uint64() uint64 {
`,
    after: `func (rng *rngSource) Uint64() uint64 {
	if rng.epoch != 0 && rng.epoch != plinthEpoch {
		rng.plinthFreshen()
	}
`,
  },
  {
    file: "math/rand/v2/rand.go",
    before: `func (runtimeSource) Uint64() uint64 {
	return runtime_rand()`,
    after: `func (runtimeSource) Uint64() uint64 {
	return plinthDraw()`,
  },
  {
    file: "math/rand/v2/pcg.go",
    before: `type PCG struct {
	hi uint64
	lo uint64
`,
    after: `type PCG struct {
	hi uint64
	lo uint64
	// epoch is the epoch of the present numbers. It is 0 if the seed alone decides them.
	epoch uint32
`,
  },
  {
    file: "math/rand/v2/pcg.go",
    before: "	return &PCG{seed1, seed2}",
    after: "	p := new(PCG)\n	p.Seed(seed1, seed2)\n	return p",
  },
  {
    file: "math/rand/v2/pcg.go",
    before: `	p.hi = seed1
	p.lo = seed2
`,
    after: `	p.hi = seed1
	p.lo = seed2
	p.plinthSeed()
`,
  },
  {
    file: "math/rand/v2/pcg.go",
    before: `func (p *PCG) next() (hi, lo uint64) {
`,
    after: `func (p *PCG) next() (hi, lo uint64) {
	if p.epoch != 0 && p.epoch != plinthEpoch {
		p.plinthFreshen()
	}
`,
  },
  {
    file: "math/rand/v2/chacha8.go",
    before: "	readLen int // 0 <= readLen <= 8\n",
    after: "	readLen int // 0 <= readLen <= 8\n\n	plinthSource\n",
  },
  {
    file: "math/rand/v2/chacha8.go",
    before: "	c := new(ChaCha8)\n	c.state.Init(seed)\n",
    after: "	c := new(ChaCha8)\n	c.Seed(seed)\n",
  },
  {
    file: "math/rand/v2/chacha8.go",
    before: "	c.state.Init(seed)\n	c.readLen = 0\n",
    after: "	c.state.Init(c.plinthSeed(seed))\n	c.readLen = 0\n",
  },
  {
    file: "math/rand/v2/chacha8.go",
    before: `func (c *ChaCha8) Uint64() uint64 {
`,
    after: `func (c *ChaCha8) Uint64() uint64 {
	if c.epoch != 0 && c.epoch != plinthEpoch {
		c.Seed(c.own)
	}
`,
  },
];
