package writes

import (
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// MaxRows is the most rows of one request.
const MaxRows = 300

// Result is what became of one row.
type Result[T any] struct {
	Outcome hr.WriteOutcome
	// Fault says why the row was not written, nil when it was or need not be.
	Fault *fault.Error
	// Value is what the system holds now, the zero value when unknown.
	Value T
}

// refused is a result that sent nothing.
func refused[T any](code fault.Code, format string, args ...any) Result[T] {
	return Result[T]{Outcome: hr.WriteRefused, Fault: fault.New(code, format, args...)}
}

// lost tells, by the error of a write whose effect could not be read back,
// whether the write can have happened.
func lost[T any](err error) Result[T] {
	if err == nil {
		return Result[T]{Outcome: hr.WriteUnknown}
	}
	f := fault.From(err)
	switch f.Code {
	case fault.UpstreamRefused, fault.BadUserInput, fault.NotFound:
		return Result[T]{Outcome: hr.WriteRefused, Fault: f}
	case fault.UpstreamRateLimited, fault.UpstreamUnauthorized, fault.RelinkNeeded, fault.PersonalTokenNeeded,
		fault.NotConnected:
		return Result[T]{Outcome: hr.WriteFailed, Fault: f}
	default:
		return Result[T]{Outcome: hr.WriteUnknown, Fault: f}
	}
}
