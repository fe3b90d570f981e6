package message

import (
	"strconv"
	"unicode/utf8"
)

// The calls by which a response flows (docs/reference/streams.md). Their heads are written without encoding/json, as those of
// other frequent frames are read without it (members.go).

// Heads of the calls that have no arguments.
const (
	WriteHead   = `{"binding":"response","method":"write","arguments":{}}`
	EndHead     = `{"binding":"response","method":"end","arguments":{}}`
	DrainedHead = `{"binding":"response","method":"drained","arguments":{}}`
	AbortHead   = `{"binding":"response","method":"abort","arguments":{}}`
)

// BeginHead is the head of the call that begins a response.
func BeginHead(status int, fields []Field) []byte {
	head := []byte(`{"binding":"response","method":"head","arguments":{"status":`)
	head = strconv.AppendInt(head, int64(status), 10)
	head = append(head, `,"headers":[`...)
	for i, field := range fields {
		if i > 0 {
			head = append(head, ',')
		}
		head = append(head, '[')
		head = appendText(head, field.Name)
		head = append(head, ',')
		head = appendText(head, field.Value)
		head = append(head, ']')
	}
	return append(head, "]}}"...)
}

// appendText appends a string of JSON, with a code point for each byte of value.
func appendText(to []byte, value string) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	for i := range len(value) {
		switch c := value[i]; {
		case c == '"' || c == '\\':
			to = append(to, '\\', c)
		case c < ' ':
			to = append(to, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			to = utf8.AppendRune(to, rune(c))
		}
	}
	return append(to, '"')
}
