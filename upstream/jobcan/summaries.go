package jobcan

import (
	"context"
	"net/url"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// DailySummary is the totals of an employee's day, in minutes; nil when absent,
// which is not zero. Only WorkMinutes is known to be there.
type DailySummary struct {
	EmployeeID                                     EmployeeID
	Date                                           Date
	WorkMinutes                                    *int
	RestMinutes, OverWorkMinutes, NightWorkMinutes *int
	ShiftMinutes, ShiftOverMinutes                 *int
}

// DailySummaries are the summaries of an answer. Days without data are missing.
type DailySummaries struct {
	Rows []DailySummary
	// Pending says that a recalculation is running, so that rows may be old.
	Pending bool
}

type wireSummaries struct {
	Rows    *[]row `json:"daily_summaries"`
	Refresh *struct {
		Status flex.Text `json:"status"`
	} `json:"refresh"`
}

// SummariesOfDay reads the daily summaries of all employees on a day, page by
// page.
func (c *Client) SummariesOfDay(ctx context.Context, date Date) (DailySummaries, error) {
	q, err := c.dates([]Date{date})
	if err != nil {
		return DailySummaries{}, err
	}
	var all DailySummaries
	all.Rows, err = pages(ctx, c, false, func(s DailySummary) EmployeeID { return s.EmployeeID },
		func(ctx context.Context, cursor url.Values) ([]DailySummary, error) {
			cursor.Set("date", q.Get("date"))
			page, err := c.summaries(ctx, "jobcan.listDailySummaries", c.opts.Paths.DailySummaries, cursor, 0, []Date{date})
			all.Pending = all.Pending || page.Pending
			return page.Rows, err
		})
	if err == nil {
		err = c.once(all.Rows)
	}
	if err != nil {
		return DailySummaries{}, err
	}
	return all, nil
}

// SummariesOf reads the daily summaries of one employee on at most 31 days.
func (c *Client) SummariesOf(ctx context.Context, id EmployeeID, dates []Date) (DailySummaries, error) {
	q, err := c.dates(dates)
	if err != nil {
		return DailySummaries{}, err
	}
	got, err := c.summaries(ctx, "jobcan.getDailySummaries", of(c.opts.Paths.DailyOf, id), q, id, dates)
	if err == nil {
		err = c.once(got.Rows)
	}
	if err != nil {
		return DailySummaries{}, err
	}
	return got, nil
}

func (c *Client) summaries(
	ctx context.Context, operation, path string, q url.Values, id EmployeeID, dates []Date,
) (DailySummaries, error) {
	w, err := get[wireSummaries](ctx, c, operation, path, q)
	if err != nil {
		return DailySummaries{}, err
	}
	if w.Rows == nil {
		return DailySummaries{}, c.bad("the answer has no daily_summaries")
	}
	out := DailySummaries{
		Rows:    make([]DailySummary, 0, len(*w.Rows)),
		Pending: w.Refresh != nil && w.Refresh.Status != finished,
	}
	for _, r := range *w.Rows {
		s, err := c.summary(r, id)
		if err == nil {
			err = c.on(s.Date, dates)
		}
		if err != nil {
			return DailySummaries{}, err
		}
		out.Rows = append(out.Rows, s)
	}
	return out, nil
}

func (c *Client) summary(r row, asked EmployeeID) (DailySummary, error) {
	id, err := c.employeeOf(r, asked)
	if err != nil {
		return DailySummary{}, err
	}
	var date flex.Text
	if _, err := r.read("date", &date); err != nil || lenientDate(date) == "" {
		return DailySummary{}, c.bad("a daily summary has no date")
	}
	s := DailySummary{EmployeeID: id, Date: lenientDate(date)}
	for field, into := range map[string]**int{
		"work": &s.WorkMinutes, "rest": &s.RestMinutes, "over_work": &s.OverWorkMinutes,
		"night_work": &s.NightWorkMinutes, "shift": &s.ShiftMinutes, "shift_over": &s.ShiftOverMinutes,
	} {
		var n flex.Num
		_, err := r.read(field, &n)
		if err != nil && field == "work" {
			return DailySummary{}, c.bad("a daily summary's work is not minutes")
		}
		// The other fields' names are guesses: one of another type is not ours.
		if err == nil {
			*into = n.Ptr()
		}
	}
	return s, nil
}

// MonthlySummary is the totals of an employee's period, in minutes; nil when
// absent.
type MonthlySummary struct {
	EmployeeID                    EmployeeID
	WorkMinutes, ShiftOverMinutes *int
}

// MonthlySummaryOf reads the totals of one employee from start to end. Whether
// end is included is not known.
func (c *Client) MonthlySummaryOf(ctx context.Context, id EmployeeID, start, end Date) (MonthlySummary, error) {
	if !start.valid() || !end.valid() || end < start {
		return MonthlySummary{}, c.forbidden("a period begins before it ends")
	}
	type minutes struct {
		All flex.Num `json:"all"`
	}
	w, err := get[struct {
		Work      *minutes `json:"work"`
		ShiftOver *minutes `json:"shift_over"`
	}](ctx, c, "jobcan.getMonthlySummary", of(c.opts.Paths.MonthlyOf, id),
		url.Values{"start_date": {string(start)}, "end_date": {string(end)}})
	if err != nil {
		return MonthlySummary{}, err
	}
	if w.Work == nil {
		return MonthlySummary{}, c.bad("the answer has no work")
	}
	out := MonthlySummary{EmployeeID: id, WorkMinutes: w.Work.All.Ptr()}
	if w.ShiftOver != nil {
		out.ShiftOverMinutes = w.ShiftOver.All.Ptr()
	}
	return out, nil
}
