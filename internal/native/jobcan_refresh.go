package native

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// JobcanRefresh is what became of a recalculation.
type JobcanRefresh struct {
	Verdict
	// Summaries are read after it; nil when it was refused.
	Summaries []*JobcanDailySummary
}

// RefreshDailySummaries has the summaries of one employee recalculated, waits for
// it as long as the time allows, and reads them.
func (j *Jobcan) RefreshDailySummaries(ctx context.Context, e *hr.Employee, from, to hr.Date) *JobcanRefresh {
	id, err := j.idOf(e)
	if err != nil {
		return &JobcanRefresh{Verdict: verdictOf(err)}
	}
	got, err := jobcanSummaries(j.client.RefreshedSummaries(ctx, id, jobcanDate(from), jobcanDate(to)))
	j.reads.ForgetWorkingRecords(ctx, hr.Ref{Link: j.link, ID: jobcanID(id)})
	if err != nil {
		return &JobcanRefresh{Verdict: verdictOf(err)}
	}
	out := &JobcanRefresh{Verdict: Verdict{Outcome: hr.WriteApplied}, Summaries: got.Rows}
	if got.Pending {
		out.Outcome = hr.WritePending
	}
	return out
}
