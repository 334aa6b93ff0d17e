package jobcan

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// ShiftDay is the shifts of a day.
type ShiftDay struct {
	Date   Date
	Shifts []Shift
}

// Shift is a planned time; both ends are as the vendor wrote them.
type Shift struct {
	Start, End string
}

// ShiftsOf reads the shifts of one employee on at most 31 days.
func (c *Client) ShiftsOf(ctx context.Context, id EmployeeID, dates []Date) ([]ShiftDay, error) {
	q, err := c.dates(dates)
	if err != nil {
		return nil, err
	}
	w, err := get[struct {
		Shifts *[]struct {
			Date   flex.Text `json:"date"`
			Shifts flex.List[struct {
				Start flex.Text `json:"start"`
				End   flex.Text `json:"end"`
			}] `json:"shifts"`
		} `json:"shifts"`
	}](ctx, c, "jobcan.getShifts", of(c.opts.Paths.ShiftsOf, id), q)
	if err != nil {
		return nil, err
	}
	if w.Shifts == nil {
		return nil, c.bad("the answer has no shifts")
	}
	out := make([]ShiftDay, 0, len(*w.Shifts))
	for _, d := range *w.Shifts {
		day := ShiftDay{Date: lenientDate(d.Date)}
		if day.Date == "" {
			return nil, c.bad("a day of shifts has no date")
		}
		if err := c.on(day.Date, dates); err != nil {
			return nil, err
		}
		for _, s := range d.Shifts {
			day.Shifts = append(day.Shifts, Shift{string(s.Start), string(s.End)})
		}
		out = append(out, day)
	}
	return out, nil
}

// HolidayType is a kind of leave.
type HolidayType struct {
	ID                 int64
	GroupID            *int
	WorkKindID         *int
	Name               string
	VacationType       string
	AmountUse          string
	StartTime, EndTime string
}

// wireHolidayTypes is a bare array, or an array under one of two keys: which is
// not known.
type wireHolidayTypes struct{ rows []wireHolidayType }

type wireHolidayType struct {
	ID           flex.Num  `json:"holiday_type_id"`
	GroupID      flex.Num  `json:"group_id"`
	WorkKindID   flex.Num  `json:"work_kind_id"`
	Name         flex.Text `json:"name"`
	VacationType flex.Text `json:"vacation_type"`
	AmountUse    flex.Text `json:"amount_use"`
	Holiday      struct {
		Start flex.Text `json:"start"`
		End   flex.Text `json:"end"`
	} `json:"holiday"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (w *wireHolidayTypes) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		return json.Unmarshal(b, &w.rows)
	}
	var object struct {
		HolidayTypes []wireHolidayType `json:"holiday_types"`
		Items        []wireHolidayType `json:"items"`
	}
	if err := json.Unmarshal(b, &object); err != nil {
		return err
	}
	if w.rows = object.HolidayTypes; w.rows == nil {
		w.rows = object.Items
	}
	return nil
}

// HolidayTypes reads the kinds of leave.
func (c *Client) HolidayTypes(ctx context.Context) ([]HolidayType, error) {
	w, err := get[wireHolidayTypes](ctx, c, "jobcan.listHolidayTypes", c.opts.Paths.HolidayTypes, nil)
	if err != nil {
		return nil, err
	}
	if w.rows == nil {
		return nil, c.bad("the answer has no holiday types")
	}
	out := make([]HolidayType, 0, len(w.rows))
	for _, r := range w.rows {
		if !r.ID.Set {
			return nil, c.bad("a holiday type has no holiday_type_id")
		}
		out = append(out, HolidayType{
			ID: r.ID.N, GroupID: r.GroupID.Ptr(), WorkKindID: r.WorkKindID.Ptr(), Name: string(r.Name),
			VacationType: string(r.VacationType), AmountUse: string(r.AmountUse),
			StartTime: string(r.Holiday.Start), EndTime: string(r.Holiday.End),
		})
	}
	return out, nil
}

// UseLog is leave that was taken on a day.
type UseLog struct {
	UseDate Date
	// HolidayTypeID is use_id, 0 when absent.
	HolidayTypeID int64
	// Days is 1 for a whole day and less for a part, nil when absent.
	Days *float64
	// DetailType is "paid" for paid leave.
	DetailType string
}

// VacationPaid asks UseDaysOf for paid leave.
const VacationPaid = "paid"

// UseDaysOf reads the leave one employee took from one day to another, both
// included.
func (c *Client) UseDaysOf(ctx context.Context, id EmployeeID, from, to Date, vacationType string) ([]UseLog, error) {
	if !from.valid() || !to.valid() || to < from {
		return nil, c.forbidden("a period begins before it ends")
	}
	w, err := get[struct {
		UseDays *[]struct {
			UseLogs flex.List[struct {
				UseDate flex.Text `json:"use_date"`
				UseID   flex.Num  `json:"use_id"`
				UseDays struct {
					Days flex.Float `json:"days"`
				} `json:"use_days"`
				Detail struct {
					Type flex.Text `json:"type"`
				} `json:"detail"`
			}] `json:"use_logs"`
		} `json:"use_days"`
	}](ctx, c, "jobcan.getUseDays", of(c.opts.Paths.UseDaysOf, id),
		url.Values{"from": {string(from)}, "to": {string(to)}, "vacation_type": {vacationType}})
	if err != nil {
		return nil, err
	}
	if w.UseDays == nil {
		return nil, c.bad("the answer has no use_days")
	}
	out := []UseLog{}
	for _, d := range *w.UseDays {
		for _, l := range d.UseLogs {
			date := lenientDate(l.UseDate)
			if date == "" {
				return nil, c.bad("taken leave has no use_date")
			}
			if date < from || date > to {
				return nil, c.elsewhen()
			}
			out = append(out, UseLog{date, l.UseID.N, l.UseDays.Days.P, string(l.Detail.Type)})
		}
	}
	return out, nil
}
