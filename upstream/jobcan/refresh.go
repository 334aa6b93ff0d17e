package jobcan

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// Refresh asks for the daily summaries of one employee to be recalculated, from a
// day to another, both included, at most 31. done says that the answer told the
// end; otherwise it goes on, which a read of the summaries shows as Pending. What
// a failure would be called is not known. To ask twice does no harm.
func (c *Client) Refresh(ctx context.Context, id EmployeeID, from, to Date) (done bool, err error) {
	if err := c.one(id); err != nil {
		return false, err
	}
	days, err := c.days(from, to)
	if err != nil {
		return false, err
	}
	type span struct {
		From Date `json:"from"`
		// To is the first day that is not meant.
		To Date `json:"to"`
	}
	type conditions struct {
		Range span `json:"range"`
	}
	body, err := json.Marshal(struct {
		Conditions conditions `json:"conditions"`
	}{conditions{span{from, days[len(days)-1].next()}}})
	if err != nil {
		return false, c.t.Fault(fault.Internal, "the request could not be encoded")
	}
	w, err := send[struct {
		Refresh struct {
			Status flex.Text `json:"status"`
		} `json:"refresh"`
	}](ctx, c, request{
		operation: "jobcan.refreshDailySummaries", method: http.MethodPost, path: of(c.opts.Paths.RefreshOf, id), body: body,
	})
	if err != nil {
		return false, err
	}
	return w.Refresh.Status == finished, nil
}

// finished is the one status of a refresh that is sure.
const finished = "finished"

// RefreshedSummaries recalculates the daily summaries of one employee and reads
// them, in between waiting for the recalculation for as long as the options and
// ctx's deadline allow. Pending says that it was still going on: the rows may be
// old then.
func (c *Client) RefreshedSummaries(ctx context.Context, id EmployeeID, from, to Date) (DailySummaries, error) {
	done, err := c.Refresh(ctx, id, from, to)
	if err != nil {
		return DailySummaries{}, err
	}
	days, err := c.days(from, to)
	if err != nil {
		return DailySummaries{}, err
	}
	for read := 1; ; read++ {
		last := read == c.opts.RefreshReads
		if !done || read > 1 {
			if !c.fits(ctx) {
				// Better old numbers that say so than none.
				last = true
			} else if err := c.pause(ctx); err != nil {
				return DailySummaries{}, err
			}
		}
		got, err := c.SummariesOf(ctx, id, days)
		if err != nil || !got.Pending || last {
			return got, err
		}
	}
}

// fits says whether ctx lasts for a pause and a little more to read in.
func (c *Client) fits(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > c.opts.RefreshPause+c.opts.RefreshPause/2
}

func (c *Client) pause(ctx context.Context) error {
	t := time.NewTimer(c.opts.RefreshPause)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return c.t.Fault(fault.CodeOf(ctx.Err()), "the wait for the recalculation ended").Because(ctx.Err())
	case <-t.C:
		return nil
	}
}

// days lists the days of a period, 1 to 31.
func (c *Client) days(from, to Date) ([]Date, error) {
	if !from.valid() || !to.valid() || to < from {
		return nil, c.forbidden("a period begins before it ends")
	}
	var out []Date
	for d := from; d <= to; d = d.next() {
		if len(out) == MaxDates {
			return nil, c.forbidden("a period of summaries has at most 31 days")
		}
		out = append(out, d)
	}
	return out, nil
}

// next is the day after a valid day.
func (d Date) next() Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return Date(t.AddDate(0, 0, 1).Format(time.DateOnly))
}
