//go:build wasip1

package runtime

// slimAddItabs adds a program's itabs to the runtime's table.
func slimAddItabs(md *moduledata) {
	for _, i := range md.itablinks {
		itabAdd(i)
	}
}
