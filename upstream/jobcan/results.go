package jobcan

import (
	"context"
	"net/url"
	"strconv"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// RemarkDay is what an employee chose from the lists of remarks on a day.
type RemarkDay struct {
	Date    Date
	Remarks []Remark
}

// Remark is a list of remarks with what was chosen from it.
type Remark struct {
	// ID is 0 when absent.
	ID         int64
	Code       string
	Selections []Selection
}

// Selection is a remark that was chosen.
type Selection struct{ Name, Code string }

// SelectionRemarksOf reads the remarks one employee chose on at most 31 days.
func (c *Client) SelectionRemarksOf(ctx context.Context, id EmployeeID, dates []Date) ([]RemarkDay, error) {
	if err := c.one(id); err != nil {
		return nil, err
	}
	q, err := c.dates(dates)
	if err != nil {
		return nil, err
	}
	w, err := get[struct {
		// A list of one, since it is about one employee.
		Employees *flex.List[struct {
			Days flex.List[struct {
				Date    flex.Text `json:"date"`
				Remarks flex.List[struct {
					ID         flex.Num  `json:"remark_id"`
					Code       flex.Text `json:"remark_code"`
					Selections flex.List[struct {
						Name flex.Text `json:"selection_name"`
						Code flex.Text `json:"selection_code"`
					}] `json:"selections"`
				}] `json:"selection_remarks"`
			}] `json:"summaries"`
		}] `json:"daily_selection_remarks"`
	}](ctx, c, "jobcan.getSelectionRemarks", of(c.opts.Paths.SelectionRemarksOf, id), q)
	if err != nil {
		return nil, err
	}
	if w.Employees == nil {
		return nil, c.bad("the answer has no daily_selection_remarks")
	}
	out := []RemarkDay{}
	for _, e := range *w.Employees {
		for _, d := range e.Days {
			day := RemarkDay{Date: lenientDate(d.Date)}
			if day.Date == "" {
				return nil, c.bad("a day of remarks has no date")
			}
			if err := c.on(day.Date, dates); err != nil {
				return nil, err
			}
			for _, r := range d.Remarks {
				remark := Remark{ID: r.ID.N, Code: string(r.Code)}
				for _, s := range r.Selections {
					remark.Selections = append(remark.Selections, Selection{string(s.Name), string(s.Code)})
				}
				day.Remarks = append(day.Remarks, remark)
			}
			out = append(out, day)
		}
	}
	return out, nil
}

// WorkTimeResult is the totals of an employee's month for the alerts of work
// rules, in minutes; nil when absent. Only clients that use the alerts have them.
type WorkTimeResult struct {
	// ClientID and AlertID are 0 when absent.
	ClientID, AlertID int64
	EmployeeID        EmployeeID
	Year, Month       int
	// From and To are the days of the closing month.
	From, To                                      Date
	WorkMinutes, ShiftMinutes, HolidayWorkMinutes *int
	WithinSettingWorkOverMinutes                  *int
	SettingWorkOverMinutes, NightWorkMinutes      *int
	// HolidayCount is a number of days.
	HolidayCount *int
}

// WorkTimeResultsOf reads the results of one employee in a month, one for each
// alert.
func (c *Client) WorkTimeResultsOf(ctx context.Context, id EmployeeID, year, month int) ([]WorkTimeResult, error) {
	if err := c.one(id); err != nil {
		return nil, err
	}
	if year < 1000 || year > 9999 || month < 1 || month > 12 {
		return nil, c.forbidden("a year has four digits and a month is 1 to 12")
	}
	w, err := get[struct {
		Results *flex.List[wireResult] `json:"monthly_work_time_results"`
	}](ctx, c, "jobcan.getWorkTimeResults", of(c.opts.Paths.WorkTimeResultsOf, id),
		url.Values{"year": {strconv.Itoa(year)}, c.opts.MonthParameter: {strconv.Itoa(month)}})
	if err != nil {
		return nil, err
	}
	if w.Results == nil {
		return nil, c.bad("the answer has no monthly_work_time_results")
	}
	out := make([]WorkTimeResult, 0, len(*w.Results))
	for i := range *w.Results {
		r := &(*w.Results)[i]
		if r.EmployeeID.Set && EmployeeID(r.EmployeeID.N) != id {
			return nil, c.bad("a row is about another employee")
		}
		if r.Month.No.N < 1 || r.Month.No.N > 12 {
			return nil, c.bad("a result has no month")
		}
		out = append(out, WorkTimeResult{
			ClientID: r.ClientID.N, AlertID: r.AlertID.N, EmployeeID: id, Year: r.Year.Int(), Month: r.Month.No.Int(),
			From: lenientDate(r.Month.From), To: lenientDate(r.Month.To),
			WorkMinutes: r.Work.Ptr(), ShiftMinutes: r.Shift.Ptr(), HolidayWorkMinutes: r.HolidayWork.Ptr(),
			WithinSettingWorkOverMinutes: r.WithinOver.Ptr(), SettingWorkOverMinutes: r.Over.Ptr(),
			NightWorkMinutes: r.NightWork.Ptr(), HolidayCount: r.HolidayCount.Ptr(),
		})
	}
	return out, nil
}

type wireResult struct {
	ClientID   flex.Num `json:"client_id"`
	EmployeeID flex.Num `json:"employee_id"`
	AlertID    flex.Num `json:"alert_id"`
	Year       flex.Num `json:"year"`
	Month      struct {
		No   flex.Num  `json:"month_no"`
		From flex.Text `json:"from"`
		To   flex.Text `json:"to"`
	} `json:"month"`
	Work         flex.Num `json:"work"`
	Shift        flex.Num `json:"shift"`
	HolidayWork  flex.Num `json:"holiday_work"`
	WithinOver   flex.Num `json:"within_setting_work_over"`
	Over         flex.Num `json:"setting_work_over"`
	NightWork    flex.Num `json:"night_work"`
	HolidayCount flex.Num `json:"holiday_count"`
}
