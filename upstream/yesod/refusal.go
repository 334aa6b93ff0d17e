package yesod

import (
	"encoding/json"
	"strings"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// messages looks in the body of a failed answer where errors usually tell a
// message, since the shape of YESOD's is not public. It tries message, error and
// errors[].message, in this order. Each may be a text or an object that has a
// message itself.
func messages(body []byte) []string {
	var w struct {
		Message json.RawMessage `json:"message"`
		Error   json.RawMessage `json:"error"`
		Errors  json.RawMessage `json:"errors"`
	}
	// A body of another shape says nothing that can be told.
	if json.Unmarshal(body, &w) != nil {
		return nil
	}
	for _, one := range []json.RawMessage{w.Message, w.Error} {
		if m := message(one); m != "" {
			return []string{m}
		}
	}
	var list flex.List[json.RawMessage]
	if json.Unmarshal(w.Errors, &list) != nil {
		return nil
	}
	var out []string
	for _, one := range list {
		out = append(out, message(one))
	}
	return out
}

func message(raw json.RawMessage) string {
	var text flex.Text
	if json.Unmarshal(raw, &text) == nil {
		return strings.TrimSpace(string(text))
	}
	var object struct {
		Message flex.Text `json:"message"`
	}
	if json.Unmarshal(raw, &object) != nil {
		return ""
	}
	return strings.TrimSpace(string(object.Message))
}
