//go:build plinth

package guest

import _ "unsafe" // for go:linkname

// These functions are added to the package runtime by ../overlay/runtime/plinth_wasip1.go, whose comments explain them.

//go:linkname park runtime.plinthPark
func park() int64

//go:linkname unpark runtime.plinthUnpark
func unpark()

//go:linkname exited runtime.plinthExited
func exited() (int32, bool)

//go:linkname sleepThread runtime.plinthSleep
func sleepThread(ns int64) bool

//go:linkname seal runtime.plinthSeal
func seal()

//go:linkname wake runtime.plinthWake
func wake()

//go:linkname reseed runtime.plinthReseed
func reseed()

//go:linkname tenant runtime.plinthTenant
func tenant()

//go:linkname hostLimit runtime.plinthLimit
func hostLimit(which int32) float64

//go:linkname takeNotes runtime.plinthTakeNotes
func takeNotes(visit func(what string, pcs []uintptr))

//go:linkname setGCMinimum runtime.plinthSetGCMinimum
func setGCMinimum(bytes uint64)

//go:linkname shortTracebacks runtime.plinthShortTracebacks
func shortTracebacks()

//go:linkname nanotime runtime.nanotime
func nanotime() int64
