//go:build plinth

package guest

//go:wasmexport plinth:http/resumable@0.1.0#start
func start(methodAt, methodLength, uriAt, uriLength, fieldsAt, fieldsLength, bodyAt, bodyLength uint32) uint32 {
	wake()
	loadEnvironment()
	return begin(liftRequest(
		words{methodAt, methodLength}, words{uriAt, uriLength}, words{fieldsAt, fieldsLength}, words{bodyAt, bodyLength}))
}

//go:wasmexport plinth:http/resumable@0.1.0#resume
func resume(eventsAt, eventsLength uint32) uint32 {
	endOperations(list[loweredEvent](words{eventsAt, eventsLength}))
	releaseArena()
	return step()
}

// The host need not call it before start, which does the same.
//
//go:wasmexport reseed
func exportedReseed() {
	reseed()
}

//go:wasmexport cabi_realloc
func cabiRealloc(old, oldSize, align, size uint32) uint32 {
	return reallocate(old, oldSize, align, size)
}
