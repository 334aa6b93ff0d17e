package carely

import (
	"context"
	"time"

	"github.com/hitotsu/hitotsu/simulator/control"
)

type overtimeInput struct {
	CustomerUUID, YearMonth string
	Minute                  int32
}

// overtimeChange is what the journal keeps.
type overtimeChange struct {
	CustomerUUID string `json:"customerUuid"`
	YearMonth    string `json:"yearMonth"`
	Minute       int32  `json:"minute"`
}

// UpsertOvertime updates the customer's row of that month or adds one
// (document, "Overtime Mutation").
func (r *resolver) UpsertOvertime(
	ctx context.Context, args struct{ OvertimeInput overtimeInput },
) (*Overtime, error) {
	if err := need(ctx, "upsertOvertime", customerRead, overtimeWrite); err != nil {
		return nil, err
	}
	d, in := r.s.data, args.OvertimeInput
	var p problems
	cust := d.customer(in.CustomerUUID)
	if cust == nil {
		p.blank("customer", "従業員")
	}
	// Only the first of a month is accepted, in either form of a date.
	month, ok := parseDate(in.YearMonth)
	if !ok || month.Day() != 1 {
		p.invalid("year_month", "残業時間の月日")
	}
	if in.Minute < 0 {
		p.add("minute", "残業時間(分)", "は0以上の値にしてください", "greater_than_or_equal_to")
	}
	if errs := p.text(); errs != nil {
		return &Overtime{Errors: errs}, nil
	}
	yearMonth := month.Format(time.DateOnly)
	for _, o := range d.overtimes {
		if o.Customer == cust && *o.YearMonth == yearMonth {
			o.setMinute(in.Minute)
			control.NoteWrite(ctx, "upsertOvertime", overtimeChange{in.CustomerUUID, yearMonth, in.Minute})
			return r.s.answeredOvertime(d.viewOvertime(o)), nil
		}
	}
	control.NoteWrite(ctx, "upsertOvertime", overtimeChange{in.CustomerUUID, yearMonth, in.Minute})
	return r.s.answeredOvertime(d.viewOvertime(d.addOvertime(cust, yearMonth, int(in.Minute)))), nil
}

func (d *data) customer(uuid string) *Customer {
	for _, c := range d.customers {
		if *c.UUID == uuid {
			return c
		}
	}
	return nil
}
