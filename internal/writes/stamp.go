package writes

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// Stamp stamps for one employee, with that employee's own token. AKASHI takes a
// second stamp like a first and gives none back, so a stamp is sent once and
// never tried again: where its answer is lost the outcome is unknown, and the
// person must look.
func (w *Writer) Stamp(ctx context.Context, e *hr.Employee, kind *hr.StampKind) Result[*hr.Stamp] {
	a, staff, fe := w.staffOf(e)
	if fe != nil {
		return Result[*hr.Stamp]{Outcome: hr.WriteRefused, Fault: fe}
	}
	stamp, err := a.Stamp(ctx, staff, kind)
	w.reads.ForgetStamps(ctx, hr.Ref{Link: a.Link(), ID: staff})
	if err == nil {
		return Result[*hr.Stamp]{Outcome: hr.WriteApplied, Value: stamp}
	}
	result := lost[*hr.Stamp](err)
	if result.Fault.Code == fault.PersonalTokenNeeded {
		result.Outcome = hr.WriteRefused
	}
	return result
}
