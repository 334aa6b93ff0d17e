package writes

import (
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
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

// VendorMessage is what the vendor said about a row, "" when it said nothing. It
// may hold personal values: it is for whoever wrote the row, never for a log.
func VendorMessage(f *fault.Error) string { return sources.VendorMessage(f) }

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
