package jobcan

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/internal/flex"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// Refusal is what Jobcan says beside a status that is not a success. Its texts
// may repeat values that were sent: they are for whoever sent them, and for no
// log. Error() holds none of them.
type Refusal struct {
	// Status is the HTTP status.
	Status int
	// Messages are what was found where errors usually tell a message. The shape
	// of Jobcan's errors is not public, so it may be empty.
	Messages []string
	cause    error
}

// Error says nothing of what Jobcan said.
func (r *Refusal) Error() string { return "jobcan: the request was refused" }

// Unwrap returns the failure as the transport saw it.
func (r *Refusal) Unwrap() error { return r.cause }

// RefusalOf returns what Jobcan said behind err, nil when it did not answer.
func RefusalOf(err error) *Refusal {
	r, ok := errors.AsType[*Refusal](err)
	if !ok {
		return nil
	}
	return r
}

// maxMessages and maxMessage bound what is kept of an answer.
const (
	maxMessages = 20
	maxMessage  = 2000
)

// refused adds what the body of a failed answer says to its error.
func refused(err error, body []byte) error {
	fe, ok := errors.AsType[*fault.Error](err)
	status := transport.StatusOf(err)
	if !ok || status == 0 || status >= 200 && status <= 299 {
		return err
	}
	code, messages := problems(body)
	out := fe.Because(&Refusal{Status: status, Messages: messages, cause: fe.Unwrap()})
	if out.VendorCode == "" {
		out.VendorCode = transport.VendorCode(code)
	}
	return out
}

// problems looks for codes and messages in errors[], and in the answer itself.
// The first code counts.
func problems(body []byte) (code string, messages []string) {
	type problem struct {
		Code    flex.Text `json:"code"`
		Message flex.Text `json:"message"`
	}
	var w struct {
		problem

		Errors flex.List[problem] `json:"errors"`
	}
	// A body of another shape says nothing that can be told.
	if json.Unmarshal(body, &w) != nil {
		return "", nil
	}
	for _, p := range append([]problem{w.problem}, w.Errors...) {
		if code == "" {
			code = string(p.Code)
		}
		m := strings.TrimSpace(string(p.Message))
		if len(m) > maxMessage {
			m = strings.ToValidUTF8(m[:maxMessage], "")
		}
		if m != "" && len(messages) < maxMessages {
			messages = append(messages, m)
		}
	}
	return code, messages
}
