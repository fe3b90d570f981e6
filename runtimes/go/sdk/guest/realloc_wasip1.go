package guest

import "unsafe"

// The host lowers a request into memory that cabi_realloc gives it, in a dozen small pieces. They come from a chunk, one
// after the other. The garbage collector sees plain bytes; strings and slices that are lifted from them keep the chunk alive.
var arena struct {
	chunk []byte
	used  int
	// last is where the last piece begins: it can grow in place.
	last int
	// large holds pieces that got memory of their own until they are lifted.
	large [][]byte
}

const (
	chunkBytes = 4096
	// largeBytes is where a piece gets memory of its own.
	largeBytes = chunkBytes / 4
)

// reallocate is cabi_realloc. The old memory is not freed: it is the collector's.
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

// releaseArena lets the collector have what has been lifted, once nothing refers to it.
func releaseArena() {
	clear(arena.large)
	arena.large = arena.large[:0]
}

func address(b []byte) uint32 {
	return addressOf(unsafe.SliceData(b))
}
