//go:build wasip1

package net

import _ "unsafe" // for go:linkname

// plinthListens reports whether the program itself has a socket on a port: the network of wasip1 lies within the program.
//
//go:linkname plinthListens
func plinthListens(port int) bool {
	_, ok := fakePorts.Load(port)
	return ok
}
