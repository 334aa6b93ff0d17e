package jobcan

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// AditType is the kind of a punch, in the words of Jobcan's punch screen.
type AditType string

// The kinds of punches.
const (
	WorkStart AditType = "work_start"
	WorkEnd   AditType = "work_end"
	RestStart AditType = "rest_start"
	RestEnd   AditType = "rest_end"
)

// Adit is a punch.
type Adit struct {
	EmployeeID EmployeeID
	RecordedAt time.Time
	// Type is what the answer says. Where it says nothing it is derived by the
	// product's rule (https://jobcan.zendesk.com/hc/ja/articles/204134469): the
	// first punch of a day is the start of work, even ones
	// begin a break, odd ones end it, and the last is the end of work if it is an
	// even one and the day has changed. A day that is still running therefore
	// shows its closing punch as a break that begins.
	Type AditType
	// Derived says that Type was derived.
	Derived bool
	// GroupID is the place of the punch, nil when absent.
	GroupID *int
	// Date is the labour day it was asked for by.
	Date Date
}

// AditsOfDay reads the punches of all employees on a labour day, page by page, by
// employee and time.
func (c *Client) AditsOfDay(ctx context.Context, date Date) ([]Adit, error) {
	q, err := c.dates([]Date{date})
	if err != nil {
		return nil, err
	}
	out, err := pages(ctx, c, true, func(a Adit) EmployeeID { return a.EmployeeID },
		func(ctx context.Context, cursor url.Values) ([]Adit, error) {
			cursor.Set("date", q.Get("date"))
			return c.adits(ctx, "jobcan.listAdits", c.opts.Paths.Adits, cursor, 0, date)
		})
	if err != nil {
		return nil, err
	}
	return c.typed(out, date), nil
}

// AditsOf reads the punches of one employee on a labour day, by time.
func (c *Client) AditsOf(ctx context.Context, id EmployeeID, date Date) ([]Adit, error) {
	q, err := c.dates([]Date{date})
	if err != nil {
		return nil, err
	}
	out, err := c.adits(ctx, "jobcan.getAdits", of(c.opts.Paths.AditsOf, id), q, id, date)
	if err != nil {
		return nil, err
	}
	return c.typed(out, date), nil
}

// adits reads one answer; id is 0 when the rows must name their employee.
func (c *Client) adits(
	ctx context.Context, operation, path string, q url.Values, id EmployeeID, date Date,
) ([]Adit, error) {
	w, err := get[struct {
		Adits *[]row `json:"adits"`
	}](ctx, c, operation, path, q)
	if err != nil {
		return nil, err
	}
	if w.Adits == nil {
		return nil, c.bad("the answer has no adits")
	}
	out := make([]Adit, 0, len(*w.Adits))
	for _, r := range *w.Adits {
		a := Adit{Date: date}
		if a.EmployeeID, err = c.employeeOf(r, id); err != nil {
			return nil, err
		}
		var group flex.Num
		if _, err := r.read("group_id", &group); err != nil {
			return nil, c.bad("a punch has a group_id of another type")
		}
		a.GroupID = group.Ptr()
		if a.RecordedAt = parseTime(r.first(c.opts.RecordedAtFields)); a.RecordedAt.IsZero() {
			return nil, c.bad("a punch has no time that can be read; name its field in the configuration")
		}
		if err := c.near(a.RecordedAt, date); err != nil {
			return nil, err
		}
		a.Type = AditType(r.first(c.opts.AditTypeFields))
		out = append(out, a)
	}
	return out, nil
}

// employeeOf returns the employee a row is about: what the row says, and where it
// is about one employee and says nothing, that one.
func (c *Client) employeeOf(r row, asked EmployeeID) (EmployeeID, error) {
	var id flex.Num
	present, err := r.read("employee_id", &id)
	switch {
	case err != nil || present && id.N <= 0 || !present && asked == 0:
		return 0, c.bad("a row has no employee_id")
	case !present:
		return asked, nil
	case asked != 0 && EmployeeID(id.N) != asked:
		return 0, c.bad("a row is about another employee")
	}
	return EmployeeID(id.N), nil
}

// typed sorts punches and derives the types that are absent.
func (c *Client) typed(adits []Adit, date Date) []Adit {
	slices.SortStableFunc(adits, func(a, b Adit) int {
		if a.EmployeeID != b.EmployeeID {
			if a.EmployeeID < b.EmployeeID {
				return -1
			}
			return 1
		}
		return a.RecordedAt.Compare(b.RecordedAt)
	})
	over := c.over(date)
	for from := 0; from < len(adits); {
		to := from
		for to < len(adits) && adits[to].EmployeeID == adits[from].EmployeeID {
			to++
		}
		for i := from; i < to; i++ {
			if adits[i].Type == "" {
				adits[i].Type, adits[i].Derived = derive(i-from+1, to-from, over), true
			}
		}
		from = to
	}
	return adits
}

// derive is the product's rule for the n-th of so many punches of a day.
func derive(n, of int, over bool) AditType {
	switch {
	case n == 1:
		return WorkStart
	case n%2 == 1:
		return RestEnd
	case n == of && over:
		return WorkEnd
	default:
		return RestStart
	}
}

// over says whether the labour day has changed.
func (c *Client) over(date Date) bool {
	midnight, err := time.ParseInLocation(time.DateOnly, string(date), jst())
	return err == nil && !c.opts.Now().Before(midnight.AddDate(0, 0, 1).Add(c.opts.DayChange))
}

// parseTime reads an ISO 8601 time, in Japanese time where it has no offset.
func parseTime(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00",
		"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006/01/02 15:04:05",
	} {
		if t, err := time.ParseInLocation(layout, s, jst()); err == nil {
			return t.In(jst())
		}
	}
	return time.Time{}
}
