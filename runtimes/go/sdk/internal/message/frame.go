package message

import (
	"encoding/binary"
	"errors"
)

// A frame is a message between a program and a binding (host/bindings/message.ts). It has the length of the head as a
// little-endian uint32, the head, which is JSON, and the body, which is bytes.

const lengthBytes = 4

var errFrame = errors.New("plinth: the host's answer is cut off")

// Frame joins a head and a body.
func Frame(head, body []byte) []byte {
	return AppendFrame(make([]byte, 0, lengthBytes+len(head)+len(body)), head, body)
}

// AppendFrame appends the frame of a head and a body.
func AppendFrame[Head string | []byte](to []byte, head Head, body []byte) []byte {
	to = binary.LittleEndian.AppendUint32(to, uint32(len(head)))
	return append(append(to, head...), body...)
}

// SplitFrame returns head and body without a copy.
func SplitFrame(frame []byte) (head, body []byte, err error) {
	if len(frame) < lengthBytes {
		return nil, nil, errFrame
	}
	rest := frame[lengthBytes:]
	length := uint64(binary.LittleEndian.Uint32(frame))
	if length > uint64(len(rest)) {
		return nil, nil, errFrame
	}
	return rest[:length:length], rest[length:], nil
}
