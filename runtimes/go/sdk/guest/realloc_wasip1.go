package guest

import "unsafe"

// The host lowers a request into memory from cabi_realloc, in a dozen small pieces. The pieces come from a chunk, one after
// the other. The garbage collector sees plain bytes. Strings and slices that are lifted from them keep the chunk alive.
var arena struct {
	chunk []byte
	used  int
	// last is the offset of the last piece, which can grow in place.
	last int
	// large holds pieces with separate memory until they are lifted.
	large [][]byte
}

const (
	chunkBytes = 4096
	// largeBytes is the size from which a piece gets separate memory.
	largeBytes = chunkBytes / 4
)

// reallocate is cabi_realloc. It does not free the old memory, because the collector does.
func reallocate(old, oldSize, align, size uint32) uint32 {
	if size == 0 {
		return align
	}
	if old != 0 && arena.chunk != nil && old == address(arena.chunk)+uint32(arena.last) {
		if end := arena.last + int(size); end <= len(arena.chunk) {
			arena.used = end
			return old
		}
	}
	at := allocate(int(align), int(size))
	if old != 0 {
		copy(words{at, size}.bytes(), words{old, oldSize}.bytes())
	}
	return at
}

func allocate(align, size int) uint32 {
	if size >= largeBytes {
		piece := make([]byte, size)
		arena.large = append(arena.large, piece)
		return address(piece)
	}
	at := (arena.used + align - 1) &^ (align - 1)
	if arena.chunk == nil || at+size > len(arena.chunk) {
		if arena.chunk != nil {
			arena.large = append(arena.large, arena.chunk)
		}
		arena.chunk, at = make([]byte, chunkBytes), 0
	}
	arena.last, arena.used = at, at+size
	return address(arena.chunk) + uint32(at)
}

// releaseArena lets the collector free the lifted memory once nothing refers to it.
func releaseArena() {
	clear(arena.large)
	arena.large = arena.large[:0]
}

func address(b []byte) uint32 {
	return addressOf(unsafe.SliceData(b))
}
