//go:build plinth

package plinth

import (
	"encoding/json"

	"plinth.dev/sdk/internal/message"
)

// As guest/warm_wasip1.go: what encoding/json finds out about a type when it first meets it is in the base image.

func init() {
	warm[kvGet, *kvEntry](`{"value":{"metadata":{"a":1},"revision":1,"expiration":1,"key":"k","size":1}}`)
	warm[kvGetMany, []*kvEntry](`{"value":[null]}`)
	warm[kvPut, kvWritten](`{"value":{"revision":1}}`)
	warm[kvDelete, json.RawMessage](`{"value":{}}`)
	warm[kvList, kvKeys](`{"value":{"keys":[{"name":"a","expiration":1,"metadata":1}],"cursor":"a"}}`)
	warm[fetchRequest, fetchResponse](`{"value":{"status":200,"statusText":"OK","headers":[["a","b"]]}}`)
	decodeReply[json.RawMessage](message.Frame([]byte(`{"error":{"code":"a","message":"b"}}`), nil))
}

func warm[A, V any](head string) {
	json.Marshal(callHead[A]{})
	decodeReply[V](message.Frame([]byte(head), nil))
}
