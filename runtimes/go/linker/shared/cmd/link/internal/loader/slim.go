package loader

// ContentHash returns the hash that stands for a content-addressable symbol, or nil for a symbol that is known by its
// name. Two such symbols of equal content are one, and which of their names survives depends on the order of loading:
// only the hash identifies them from one link to the next.
func (l *Loader) ContentHash(i Sym) []byte {
	if l.IsExternal(i) {
		return nil
	}
	// A symbol's index says its kind: first those with a name, then those with a short hash, then those with a long one.
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
