//go:build plinth

package plinth

import "encoding/json"

// As guest/warm_wasip1.go: what encoding/json finds out about a type when it first meets it is in the base image.

func init() {
	json.Marshal(callHead[kvGet]{})
	json.Marshal(callHead[kvGetMany]{})
	json.Marshal(callHead[kvPut]{})
	json.Marshal(callHead[kvDelete]{})
	json.Marshal(callHead[kvList]{})
	json.Marshal(callHead[fetchRequest]{})
	decode[[]json.RawMessage]([]byte(`[null]`))
	decode[kvKeys]([]byte(`{"keys":[{"name":"a","expiration":1,"metadata":1}],"cursor":"a"}`))
	decode[fetchResponse]([]byte(`{"status":200,"statusText":"OK","headers":[["a","b"]]}`))
}
