package protobuf

import (
	"fmt"
	"net/http"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	s, err := structpb.NewStruct(map[string]any{"a": []any{1, "x", nil}})
	text, _ := proto.MarshalOptions{Deterministic: true}.Marshal(s)
	var back structpb.Struct
	fmt.Fprintf(w, "%x %v %v %v\n", text, err, proto.Unmarshal(text, &back), back.AsMap())
})
