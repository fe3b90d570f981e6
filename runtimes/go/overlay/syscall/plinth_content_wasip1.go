//go:build wasip1

package syscall

import _ "unsafe" // for go:linkname

// A file's content lies in pieces, so that a file that grows is not copied, and leaves no garbage that the collector must
// find room beside. The first piece of a small file is as large as the file needs.

const (
	plinthPieceBytes  = 64 << 10
	plinthSmallestOne = 512
)

// plinthFileBytes counts the pieces of all files.
var plinthFileBytes int64

// plinthFileRoom is the most that plinthFileBytes may be.
//
//go:linkname plinthFileRoom runtime.plinthFileRoom
func plinthFileRoom() int64

// capacity is the number of bytes for which there are pieces.
func (n *plinthNode) capacity() int64 {
	if len(n.pieces) == 1 {
		return int64(len(n.pieces[0]))
	}
	return int64(len(n.pieces)) * plinthPieceBytes
}

// reserve makes pieces for as many bytes. The bytes beyond the file's length are 0.
func (n *plinthNode) reserve(bytes int64) Errno {
	have := n.capacity()
	if bytes <= have {
		return 0
	}
	room := plinthFileRoom()
	if bytes > room {
		return ENOSPC
	}
	wanted := (bytes + plinthPieceBytes - 1) / plinthPieceBytes * plinthPieceBytes
	if bytes < plinthPieceBytes {
		for wanted = plinthSmallestOne; wanted < bytes; {
			wanted *= 2
		}
	}
	if plinthFileBytes+wanted-have > room {
		return ENOSPC
	}
	plinthFileBytes += wanted - have
	if have < plinthPieceBytes {
		first := make([]byte, min(wanted, plinthPieceBytes))
		if have > 0 {
			copy(first, n.pieces[0])
		}
		n.pieces = append(n.pieces[:0], first)
	}
	for int64(len(n.pieces))*plinthPieceBytes < wanted {
		n.pieces = append(n.pieces, make([]byte, plinthPieceBytes))
	}
	return 0
}

// resize cuts the content off, or adds zeros to it.
func (n *plinthNode) resize(length int64) Errno {
	if errno := n.reserve(length); errno != 0 {
		return errno
	}
	if length < n.length {
		have := n.capacity()
		keep := (length + plinthPieceBytes - 1) / plinthPieceBytes
		clear(n.pieces[keep:])
		n.pieces = n.pieces[:keep]
		if keep > 0 {
			clear(n.pieces[keep-1][length-(keep-1)*plinthPieceBytes:])
		}
		plinthFileBytes -= have - n.capacity()
	}
	n.length = length
	n.modified = plinthNow()
	return 0
}

// part is the content from at to end, as far as one piece has it.
func (n *plinthNode) part(at, end int64) []byte {
	piece := n.pieces[at/plinthPieceBytes]
	from := at % plinthPieceBytes
	return piece[from:min(int64(len(piece)), from+end-at)]
}

// readAt copies content from an offset on, and returns the number of bytes: 0 at the end.
func (n *plinthNode) readAt(b []byte, offset int64) int {
	done := 0
	for done < len(b) && offset < n.length {
		copied := copy(b[done:], n.part(offset, n.length))
		done += copied
		offset += int64(copied)
	}
	return done
}

// writeAt writes all bytes or none.
func (n *plinthNode) writeAt(b []byte, offset int64) Errno {
	end := offset + int64(len(b))
	if end < offset {
		return EFBIG
	}
	if errno := n.reserve(end); errno != 0 {
		return errno
	}
	for done := 0; done < len(b); {
		copied := copy(n.part(offset, end), b[done:])
		done += copied
		offset += int64(copied)
	}
	n.length = max(n.length, end)
	n.modified = plinthNow()
	return 0
}

// release frees the content of a file that has neither a name nor a descriptor.
func (n *plinthNode) release() {
	if n.parent == nil && n.opened == 0 && n.children == nil {
		n.resize(0)
	}
}
