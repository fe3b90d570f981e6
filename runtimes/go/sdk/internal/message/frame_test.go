package message

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestFrame(t *testing.T) {
	frame := Frame([]byte(`{"a":1}`), []byte("body"))
	head, body, err := SplitFrame(frame)
	if err != nil || string(head) != `{"a":1}` || string(body) != "body" {
		t.Errorf("%q %q %v", head, body, err)
	}
	for _, cut := range []int{0, 3, 10} {
		if _, _, err := SplitFrame(frame[:cut]); err == nil {
			t.Errorf("%d bytes of a frame are one", cut)
		}
	}
}

func TestMembers(t *testing.T) {
	values := map[string]any{
		"empty": map[string]any{}, "list": []any{}, "nested": map[string]any{"a,b": []any{"}", "]", map[string]any{"x": nil}}},
		"": "", `quote " \ slash`: `a "b" \c, {d} [e]` + "\n\u2028ü😀", "number": -1.5e300, "true": true, "null": nil,
	}
	text, _ := json.Marshal(values)
	found := map[string]any{}
	for name, value := range Members(text) {
		var decoded any
		if err := json.Unmarshal(value, &decoded); err != nil {
			t.Fatalf("%s: %q: %v", name, value, err)
		}
		found[name] = decoded
		if s, ok := decoded.(string); ok && Text(value) != s {
			t.Errorf("%q, want %q", Text(value), s)
		}
	}
	again, _ := json.Marshal(found)
	if string(again) != string(text) {
		t.Errorf("%s\nwant %s", again, text)
	}
	for name := range Members(text) {
		if name != "" {
			t.Errorf("%q comes first", name)
		}
		break
	}
}

// Members ends quietly for a text that is no object or is cut off.
func TestMembersOfAnythingElse(t *testing.T) {
	for _, text := range []string{"", "null", "[1]", "{}", "{"} {
		for name, value := range Members([]byte(text)) {
			t.Errorf("%s: %s %s", text, name, value)
		}
	}
	whole := `{"a":{"b":"\\\""},"c":[1,2]}`
	for i := range len(whole) {
		for range Members([]byte(strings.Clone(whole[:i]))) {
		}
	}
}
