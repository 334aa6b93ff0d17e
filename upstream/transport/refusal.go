package transport

import (
	"errors"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// Refusal is what a system says beside a status that is not a success, where its
// documents tell no more of an error than that. Its texts may repeat values that
// were sent: they are for whoever sent them, and for no log. Error() holds none of
// them.
type Refusal struct {
	// Status is the HTTP status.
	Status int
	// Messages are what was found where errors usually tell a message: at most
	// 100, of at most 2,000 bytes each. It may be empty.
	Messages []string
	system   string
	cause    error
}

// Error says nothing of what the system said.
func (r *Refusal) Error() string { return r.system + ": the request was refused" }

// Unwrap returns the failure as the transport saw it.
func (r *Refusal) Unwrap() error { return r.cause }

// RefusalOf returns what the system said behind err, nil when it did not answer.
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

// Refused adds to the error of a Do what the body of the failed answer says: the
// vendor's code, when the error has none and it looks like one, and the messages
// that are not blank. An error that came without an answer, or with one of
// success, stays as it is.
func Refused(err error, code string, messages []string) error {
	fe, ok := errors.AsType[*fault.Error](err)
	status := StatusOf(err)
	if !ok || status == 0 || status >= 200 && status <= 299 {
		return err
	}
	r := &Refusal{Status: status, system: fe.System, cause: fe.Unwrap()}
	for _, m := range messages {
		m = strings.TrimSpace(m)
		if len(m) > maxMessage {
			m = strings.ToValidUTF8(m[:maxMessage], "")
		}
		if m != "" && len(r.Messages) < maxMessages {
			r.Messages = append(r.Messages, m)
		}
	}
	out := fe.Because(r)
	if out.VendorCode == "" {
		out.VendorCode = VendorCode(code)
	}
	return out
}
