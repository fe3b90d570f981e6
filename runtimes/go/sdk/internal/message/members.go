package message

import (
	"bytes"
	"encoding/json"
	"iter"
)

// The frame heads of every request are read without encoding/json, which takes 30 us for the smallest head. It allocates
// objects of a dozen sizes, each on another page that the host has to put back. The host writes JSON without blanks, by
// JSON.stringify, and this reader does not check it again.

// Members goes through the members of an object: their names, and their values as JSON. Any other value has no members.
func Members(object []byte) iter.Seq2[string, []byte] {
	return func(yield func(name string, value []byte) bool) {
		if len(object) == 0 || object[0] != '{' {
			return
		}
		rest := object[1:]
		for len(rest) > 0 && rest[0] == '"' {
			end := valueEnd(rest)
			name := rest[:end]
			rest = rest[min(end+1, len(rest)):]
			end = valueEnd(rest)
			value := rest[:end:end]
			rest = rest[min(end+1, len(rest)):]
			if !yield(Text(name), value) {
				return
			}
		}
	}
}

// Text is the text of a string. For any other value it is the JSON.
func Text(value []byte) string {
	if len(value) < 2 || value[0] != '"' {
		return string(value)
	}
	if bytes.IndexByte(value, '\\') < 0 {
		return string(value[1 : len(value)-1])
	}
	var text string
	json.Unmarshal(value, &text)
	return text
}

// valueEnd is the end of the value at the beginning of text.
func valueEnd(text []byte) int {
	depth := 0
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case depth == 0 && (c == ',' || c == ':' || c == '}' || c == ']'):
			return i
		case c == '}' || c == ']':
			depth--
		}
	}
	return len(text)
}
