//go:build plinth

package plinth

import "encoding/json"

// As in guest/warm_wasip1.go, the base image holds the facts that encoding/json finds out about a type at its first use.

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
