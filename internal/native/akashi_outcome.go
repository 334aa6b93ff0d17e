package native

import (
	"context"
	"errors"
	"slices"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// AkashiError is one entry of AKASHI's errors, with what it says about whom.
type AkashiError struct {
	Code, Message    *string
	StaffID          *akashi.StaffID
	Name             *string
	StaffCode, Email *string
	Target           *string
}

func errorOf(e akashi.VendorError) *AkashiError {
	return &AkashiError{
		Code: text(e.Code), Message: text(e.Message), StaffID: some(e.StaffID), Name: text(e.Name),
		StaffCode: text(e.StaffCode), Email: text(e.Email), Target: text(e.Target),
	}
}

// AkashiVerdict is what became of one row, with everything AKASHI says about it.
type AkashiVerdict struct {
	Verdict
	// Errors are all those about the row; the first is in the Verdict.
	Errors []*AkashiError
}

// akashiRows is what became of a batch: one element for each row of the input in
// its order, and what AKASHI said that belongs to no row.
type akashiRows[T any] struct {
	verdicts []AkashiVerdict
	// values are what AKASHI answered for the row, nil when that is not known.
	values []*T
	errors []*AkashiError
	left   []T
}

// sendRows sends the rows that break no rule of the document, all in one
// request. Rows that break one are refused and leave the others alone. The error
// is for a request that is wrong as a whole, of which nothing was sent.
func sendRows[W, T any](
	ctx context.Context, rows []W, send func(context.Context, []W) (akashi.Result[T], error),
) (akashiRows[T], error) {
	out := akashiRows[T]{verdicts: make([]AkashiVerdict, len(rows)), values: make([]*T, len(rows))}
	for i := range out.verdicts {
		out.verdicts[i].Row = i
	}
	result, err := send(ctx, rows)
	places := make([]int, len(rows))
	for i := range places {
		places[i] = i
	}
	if wrong, ok := errors.AsType[akashi.RowErrors](err); ok {
		if slices.ContainsFunc(wrong, func(e *akashi.RowError) bool { return e.Row == akashi.WholeBatch }) {
			return out, err
		}
		places = out.refuse(wrong)
		if len(places) == 0 {
			return out, nil
		}
		result, err = send(ctx, pick(rows, places))
	}
	out.take(places, result, err)
	return out, nil
}

// changed tells whether a row was written, or may have been.
func (r *akashiRows[T]) changed() bool {
	return slices.ContainsFunc(r.verdicts, func(v AkashiVerdict) bool { return v.changed() })
}

func pick[W any](rows []W, places []int) []W {
	out := make([]W, len(places))
	for i, at := range places {
		out[i] = rows[at]
	}
	return out
}

// refuse gives the rows that break a rule their verdict and returns the places
// of the others.
func (r *akashiRows[T]) refuse(wrong akashi.RowErrors) []int {
	for _, e := range wrong {
		v := &r.verdicts[e.Row]
		if v.Outcome == "" { // the first rule it breaks
			v.Verdict = Verdict{
				Row: e.Row, Outcome: hr.WriteRefused, Code: text(string(fault.BadUserInput)), Message: text(ruleOf(e)),
			}
		}
	}
	var rest []int
	for i := range r.verdicts {
		if r.verdicts[i].Outcome == "" {
			rest = append(rest, i)
		}
	}
	return rest
}

// ruleOf says which rule of which section a row breaks; it quotes no value.
func ruleOf(e *akashi.RowError) string {
	rule := e.Rule + " (" + e.Section + ")"
	if e.Field == "" {
		return rule
	}
	return e.Field + ": " + rule
}

// take gives the rows that were sent their verdicts.
func (r *akashiRows[T]) take(places []int, result akashi.Result[T], err error) {
	for i, at := range places {
		v := &r.verdicts[at]
		if err != nil {
			v.Verdict = wholeRefusal(err, len(places))
			v.Row = at
		}
		if i >= len(result.Rows) {
			continue
		}
		row := result.Rows[i]
		r.values[at] = row.Value
		v.Errors = each(row.Errors, errorOf)
		if err == nil {
			v.Verdict = rowVerdict(row.State, row.Errors)
			v.Row = at
		}
	}
	r.errors = each(result.Errors, errorOf)
	r.left = result.Values
	if refusal, ok := errors.AsType[*akashi.Refusal](err); ok && len(r.errors) == 0 {
		r.errors = each(refusal.Errors, errorOf)
	}
}

// wholeRefusal is the verdict on each of n rows when an error is about all of
// them. A refusal that names no row may be about one of several, unless its HTTP
// status refuses the request as such.
func wholeRefusal(err error, n int) Verdict {
	v := verdictOf(err)
	refusal, ok := errors.AsType[*akashi.Refusal](err)
	if !ok {
		return v
	}
	if len(refusal.Errors) > 0 {
		v.VendorMessage = text(refusal.Errors[0].Message)
	}
	if refused := refusal.Status >= 400 && refusal.Status <= 499; n > 1 && !refused {
		v.Outcome = hr.WriteUnknown
	}
	return v
}

// rowVerdict is the verdict on a row that AKASHI's answer tells of.
func rowVerdict(state akashi.State, errs []akashi.VendorError) Verdict {
	v := Verdict{Outcome: hr.WriteUnknown}
	switch state {
	case akashi.Applied:
		return Verdict{Outcome: hr.WriteApplied}
	case akashi.Refused:
		v.Outcome = hr.WriteRefused
	case akashi.Unknown:
	}
	if len(errs) == 0 {
		v.Code, v.Message = text(string(fault.UpstreamBadResponse)), text("the answer does not tell of this row; read it")
		return v
	}
	v.Code = text(string(fault.UpstreamRefused))
	v.Message = text("AKASHI names an error about this row; vendorCode and vendorMessage say which")
	v.VendorCode, v.VendorMessage = text(errs[0].Code), text(errs[0].Message)
	return v
}

// one is the verdict on a write about one thing. The error is for an input that
// is no id, of which nothing was sent.
func one(err error) AkashiVerdict {
	if err == nil {
		return AkashiVerdict{Verdict: Verdict{Outcome: hr.WriteApplied}, Errors: []*AkashiError{}}
	}
	v := AkashiVerdict{Verdict: wholeRefusal(err, 1), Errors: []*AkashiError{}}
	if refusal, ok := errors.AsType[*akashi.Refusal](err); ok {
		v.Errors = each(refusal.Errors, errorOf)
	}
	return v
}
