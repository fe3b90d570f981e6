package loader

// ContentHash returns the hash of a content-addressable symbol, or nil for a symbol that is known by its name. Two
// content-addressable symbols of equal content are one symbol, and the order of loading decides which of their names
// survives. Only the hash identifies them from one link to the next.
func (l *Loader) ContentHash(i Sym) []byte {
	if l.IsExternal(i) {
		return nil
	}
	// A symbol's index tells its kind: first come symbols with a name, then those with a short hash, then with a long hash.
	r, li := l.toLocal(i)
	shortFrom := uint32(r.ndef)
	longFrom := shortFrom + uint32(r.nhashed64def)
	end := longFrom + uint32(r.nhasheddef)
	switch {
	case li >= shortFrom && li < longFrom:
		var hash [8]byte
		h := r.Hash64(li - shortFrom)
		for at := range hash {
			hash[at] = byte(h >> (8 * at))
		}
		return hash[:]
	case li >= longFrom && li < end:
		return r.Hash(li - longFrom)[:]
	}
	return nil
}
