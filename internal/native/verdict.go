package native

import (
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// Verdict is what became of one row of a write, in the words that all vendors
// share.
type Verdict struct {
	// Row is the row's place in the input, from 0.
	Row     int
	Outcome hr.WriteOutcome
	// Code and Message say why the row was not written; nil when it was.
	Code, Message *string
	// VendorCode and VendorMessage are the vendor's own. A vendor's message may
	// hold personal values: it is for whoever asked, never for a log.
	VendorCode, VendorMessage *string
}

// changed tells whether the row was written, or may have been: then what is
// known of it is out of date.
func (v *Verdict) changed() bool {
	return v.Outcome == hr.WriteApplied || v.Outcome == hr.WritePending || v.Outcome == hr.WriteUnknown
}

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

// verdictOf tells what the error of a call says about the rows that were sent.
func verdictOf(err error) Verdict {
	f := fault.From(err)
	v := Verdict{Outcome: outcomeOf(f.Code), Code: text(string(f.Code)), Message: text(f.Message)}
	v.VendorCode = text(f.VendorCode)
	if r := transport.RefusalOf(err); r != nil {
		v.VendorMessage = text(strings.Join(r.Messages, " / "))
	}
	return v
}

// outcomeOf says by the code of a failed write whether it can have happened.
func outcomeOf(code fault.Code) hr.WriteOutcome {
	switch code {
	case fault.UpstreamRefused, fault.BadUserInput, fault.NotFound, fault.Forbidden:
		return hr.WriteRefused
	case fault.UpstreamRateLimited, fault.UpstreamUnauthorized, fault.RelinkNeeded, fault.PersonalTokenNeeded,
		fault.NotConnected:
		return hr.WriteFailed
	default:
		return hr.WriteUnknown
	}
}

// saying returns err with the vendor's words in it, for an answer to somebody who
// may see everybody.
func saying(err error, words string) error {
	if err == nil || words == "" {
		return err
	}
	f := fault.From(err).Because(err)
	f.VendorMessage = words
	return f
}

// text is nil for what is empty, which the vendors call null.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// some is nil for an id that is none.
func some[N ~int64](id N) *N {
	if id == 0 {
		return nil
	}
	return &id
}
