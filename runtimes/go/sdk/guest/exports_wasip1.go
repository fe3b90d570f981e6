//go:build plinth

package guest

import (
	"unsafe"

	"plinth.dev/sdk/internal/message"
)

//go:wasmexport plinth:http/resumable@0.1.0#start
func start(methodAt, methodLength, uriAt, uriLength, fieldsAt, fieldsLength, bodyAt, bodyLength uint32) uint32 {
	wake()
	r := &request{incoming: message.Incoming{
		Method: words{methodAt, methodLength}.text(),
		URI:    words{uriAt, uriLength}.text(),
		Fields: liftFields(words{fieldsAt, fieldsLength}),
		Body:   words{bodyAt, bodyLength}.bytes(),
	}}
	releaseArena()
	return begin(r)
}

//go:wasmexport plinth:http/resumable@0.1.0#resume
func resume(eventsAt, eventsLength uint32) uint32 {
	events := unsafe.Slice((*loweredEvent)(words{eventsAt, eventsLength}.pointer()), eventsLength)
	releaseArena()
	return proceed(events)
}

// The host need not call it before start, which does the same.
//
//go:wasmexport reseed
func exportedReseed() {
	reseed()
}

func addressOf[T any](value *T) uint32 {
	return uint32(uintptr(unsafe.Pointer(value)))
}
