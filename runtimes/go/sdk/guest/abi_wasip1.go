package guest

import (
	"unsafe"

	"plinth.dev/sdk/internal/message"
)

// The canonical ABI (component-model/design/mvp/CanonicalABI.md) of the types in wit/http.wit. Its pointers are i32, Go's
// are 64 bits wide on wasm. So a lowered value keeps nothing alive, and its targets are held elsewhere until it is read.

// words is the layout of a string or a list: address and length.
type words struct {
	at, length uint32
}

// loweredField is tuple<string, list<u8>>.
type loweredField struct {
	name, value words
}

// loweredResponse is the record response.
type loweredResponse struct {
	status       uint16
	fields, body words
}

// lowered is the variant outcome with the payload of "response" or "early-response".
type lowered struct {
	tag      uint8
	response loweredResponse
}

// loweredMessage is the variant outcome with the payload of "failed" or "stuck".
type loweredMessage struct {
	tag     uint8
	message words
}

// loweredEvent is the record event. value is the reply to a call, or the reason of the operation's failure.
type loweredEvent struct {
	operation uint32
	failed    uint8
	value     words
}

func stringWords(s string) words {
	return words{addressOf(unsafe.StringData(s)), uint32(len(s))}
}

func bytesWords(b []byte) words {
	return words{addressOf(unsafe.SliceData(b)), uint32(len(b))}
}

func (w words) pointer() unsafe.Pointer {
	return unsafe.Pointer(uintptr(w.at))
}

// text and bytes lift without a copy, because the host has given the memory away (see realloc).
func (w words) text() string {
	return unsafe.String(unsafe.SliceData(w.bytes()), w.length)
}

func (w words) bytes() []byte {
	return list[byte](w)
}

// list has no address if it is empty. Its address would be in the first few bytes of memory. The runtime ends the program
// if it finds such a pointer on a stack that it moves.
func list[T any](w words) []T {
	if w.length == 0 {
		return nil
	}
	return unsafe.Slice((*T)(w.pointer()), w.length)
}

func addressOf[T any](value *T) uint32 {
	return uint32(uintptr(unsafe.Pointer(value)))
}

// liftRequest takes over the memory into which the host has lowered a request.
func liftRequest(method, uri, fields, body words) *request {
	incoming := message.Incoming{
		Method: method.text(),
		URI:    uri.text(),
		Fields: liftFields(fields),
		Body:   body.bytes(),
	}
	releaseArena()
	return &request{incoming: incoming}
}

func liftFields(w words) []message.Field {
	lowered := list[loweredField](w)
	fields := make([]message.Field, len(lowered))
	for i := range lowered {
		fields[i] = message.Field{Name: lowered[i].name.text(), Value: lowered[i].value.text()}
	}
	return fields
}

// result holds the last lowered response until the host has read it.
var result struct {
	lowered loweredResponse
	outcome lowered
	failure loweredMessage
	fields  []message.Field
	list    []loweredField
	body    []byte
	message string
}

// lowerResponse fills target, whose memory must not move.
func lowerResponse(target *loweredResponse, status int, fields []message.Field, body []byte) {
	result.fields, result.body = fields, body
	result.list = make([]loweredField, len(fields))
	for i, field := range fields {
		result.list[i] = loweredField{stringWords(field.Name), stringWords(field.Value)}
	}
	target.status = uint16(status)
	target.fields = words{addressOf(unsafe.SliceData(result.list)), uint32(len(result.list))}
	target.body = bytesWords(body)
}
