package jobcan

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"time"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// DefaultShift is the usual week of an employee.
type DefaultShift struct {
	EmployeeID EmployeeID
	Days       []DefaultDay
}

// DefaultDay is a day of the usual week.
type DefaultDay struct {
	Weekday time.Weekday
	// HolidayType is 0 for a working day, anything else for a holiday; nil when
	// absent.
	HolidayType *int
}

// DefaultShifts reads the usual weeks, of one employee, or of all for 0. The
// vendor answers with all of them in either case.
func (c *Client) DefaultShifts(ctx context.Context, id EmployeeID) ([]DefaultShift, error) {
	query := url.Values{}
	if id != 0 {
		if err := c.one(id); err != nil {
			return nil, err
		}
		query.Set("employee_id", strconv.FormatInt(int64(id), 10))
	}
	type wire = *flex.List[struct {
		EmployeeID flex.Num `json:"employee_id"`
		Days       flex.List[struct {
			WeekID      flex.Num `json:"week_id"`
			HolidayType flex.Num `json:"holiday_type"`
		}] `json:"week_default_shifts"`
	}]
	w, err := get[struct {
		// The singular is what was seen; the plural is how other lists are named.
		Shifts wire `json:"default_shift"`
		Plural wire `json:"default_shifts"`
	}](ctx, c, "jobcan.listDefaultShifts", c.opts.Paths.DefaultShifts, query)
	if err != nil {
		return nil, err
	}
	if w.Shifts == nil {
		w.Shifts = w.Plural
	}
	if w.Shifts == nil {
		return nil, c.bad("the answer has no default_shift")
	}
	out := []DefaultShift{}
	for _, r := range *w.Shifts {
		if r.EmployeeID.N <= 0 {
			return nil, c.bad("a row has no employee_id")
		}
		s := DefaultShift{EmployeeID: EmployeeID(r.EmployeeID.N)}
		if id != 0 && s.EmployeeID != id {
			continue
		}
		for _, d := range r.Days {
			// 1 is Monday and 7 is Sunday.
			if d.WeekID.N < 1 || d.WeekID.N > 7 {
				return nil, c.bad("a day of the week is not 1 to 7")
			}
			s.Days = append(s.Days, DefaultDay{time.Weekday(d.WeekID.N % 7), d.HolidayType.Ptr()})
		}
		out = append(out, s)
	}
	return out, nil
}

// Request is a row of which the fields are not public.
type Request struct {
	// Date is what the row's date says, empty when it has none.
	Date Date
	// JSON is the row as it came.
	JSON json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *Request) UnmarshalJSON(b []byte) error {
	var w row
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	if w == nil {
		return flex.ErrShape
	}
	*r = Request{lenientDate(flex.Text(w.first([]string{"date"}))), bytes.Clone(b)}
	return nil
}

// ShiftRequestsOf reads the shifts that one employee asked for, on at most 31
// days.
func (c *Client) ShiftRequestsOf(ctx context.Context, id EmployeeID, dates []Date) ([]Request, error) {
	if err := c.one(id); err != nil {
		return nil, err
	}
	q, err := c.dates(dates)
	if err != nil {
		return nil, err
	}
	return c.requests(ctx, "jobcan.getShiftRequests", of(c.opts.Paths.ShiftRequestsOf, id), q)
}

// OverWorkRequestsOf reads the overtime that one employee applied for, from a day
// to another. Only the path and the parameters were seen in a public client, so
// an answer without the likely key is taken as a list itself or refused.
func (c *Client) OverWorkRequestsOf(ctx context.Context, id EmployeeID, from, to Date) ([]Request, error) {
	if err := c.one(id); err != nil {
		return nil, err
	}
	if !from.valid() || !to.valid() || to < from {
		return nil, c.forbidden("a period begins before it ends")
	}
	return c.requests(ctx, "jobcan.getOverWorkRequests", of(c.opts.Paths.OverWorkRequestsOf, id), url.Values{
		"mode": {"select"}, "from_over_work_date": {string(from)}, "to_over_work_date": {string(to)},
	})
}

func (c *Client) requests(ctx context.Context, operation, path string, q url.Values) ([]Request, error) {
	w, err := get[wireRequests](ctx, c, operation, path, q)
	if err != nil {
		return nil, err
	}
	if w.rows == nil {
		return nil, c.bad("the answer has no requests")
	}
	return w.rows, nil
}

// wireRequests is a list under requests, or a bare one.
type wireRequests struct{ rows []Request }

// UnmarshalJSON implements json.Unmarshaler.
func (w *wireRequests) UnmarshalJSON(b []byte) error {
	*w = wireRequests{}
	if len(b) > 0 && b[0] == '[' {
		return json.Unmarshal(b, &w.rows)
	}
	var object struct {
		Requests         []Request `json:"requests"`
		OverWorkRequests []Request `json:"over_work_requests"`
	}
	if err := json.Unmarshal(b, &object); err != nil {
		return err
	}
	if w.rows = object.Requests; w.rows == nil {
		w.rows = object.OverWorkRequests
	}
	return nil
}
