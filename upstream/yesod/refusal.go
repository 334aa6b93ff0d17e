package yesod

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/internal/flex"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// Refusal is what YESOD says beside a status that is not a success. Its texts may
// repeat values that were sent: they are for whoever sent them, and for no log.
// Error() holds none of them.
type Refusal struct {
	// Status is the HTTP status.
	Status int
	// Messages are what was found where errors usually tell a message. The shape
	// of YESOD's errors is not public, so it may be empty.
	Messages []string
	cause    error
}

// Error says nothing of what YESOD said.
func (r *Refusal) Error() string { return "yesod: the request was refused" }

// Unwrap returns the failure as the transport saw it.
func (r *Refusal) Unwrap() error { return r.cause }

// RefusalOf returns what YESOD said behind err, nil when it did not answer.
func RefusalOf(err error) *Refusal {
	r, ok := errors.AsType[*Refusal](err)
	if !ok {
		return nil
	}
	return r
}

// maxMessages and maxMessage bound what is kept of an answer.
const (
	maxMessages = 100
	maxMessage  = 2000
)

// refused adds what the body of a failed answer says to its error.
func refused(err error, said []string) error {
	fe, ok := errors.AsType[*fault.Error](err)
	status := transport.StatusOf(err)
	if !ok || status == 0 || status >= 200 && status <= 299 {
		return err
	}
	return fe.Because(&Refusal{Status: status, Messages: said, cause: fe.Unwrap()})
}

// messages tries message, error and errors[].message, in this order. Each may be
// a text or an object that has a message itself.
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
		if m := message(one); m != "" && len(out) < maxMessages {
			out = append(out, m)
		}
	}
	return out
}

func message(raw json.RawMessage) string {
	var text flex.Text
	if json.Unmarshal(raw, &text) != nil {
		var object struct {
			Message flex.Text `json:"message"`
		}
		if json.Unmarshal(raw, &object) != nil {
			return ""
		}
		text = object.Message
	}
	s := strings.TrimSpace(string(text))
	if len(s) > maxMessage {
		s = strings.ToValidUTF8(s[:maxMessage], "")
	}
	return s
}
