package native

import (
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// refuse says that a row was not sent.
func (v *Verdict) refuse(f *fault.Error) {
	v.Outcome, v.Code, v.Message = hr.WriteRefused, text(string(f.Code)), text(f.Message)
}

// lost tells by the error of a row's write whether it can have happened.
func (v *Verdict) lost(err error) {
	row := v.Row
	*v = verdictOf(err)
	v.Row = row
}

// mayHaveHappened tells whether the system can hold something new.
func (v *Verdict) mayHaveHappened() bool {
	return v.Outcome == hr.WriteApplied || v.Outcome == hr.WritePending || v.Outcome == hr.WriteUnknown
}
