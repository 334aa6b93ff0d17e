package akashi

import (
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// The kinds of alert that the simulator raises (6.8.2 (3): alert_type).
const (
	alertMissingPunch = 1
	alertAbsence      = 2
	alertBreak        = 3
	alertHolidayWork  = 6
)

// alertDays is how far back alerts reach; the document does not say.
const alertDays = 60

type wireAlert struct {
	Month string `json:"month"`
	Date  string `json:"date"`
	Type  int    `json:"alert_type"`
}

// getAlerts is 6.8: of the token's own employee only, whatever their rights.
func getAlerts(c *call) (any, *refusal) {
	off := map[time.Time]bool{}
	if p := c.caller.person; p != nil {
		_, leaves := c.st.company.Attendance(p.Key)
		for _, leave := range leaves {
			off[leave.Date] = true
		}
	}
	days := c.st.days(c.caller)
	alerts := []wireAlert{}
	for _, day := range days[max(0, len(days)-alertDays):] {
		for _, kind := range alertsOf(c.caller, day, off[day.Date]) {
			alerts = append(alerts, wireAlert{
				Month: day.Date.Format("2006/01/") + "01", Date: day.Date.Format(layoutDay), Type: kind,
			})
		}
	}
	return struct {
		LoginCompanyCode string      `json:"login_company_code"`
		StaffID          int         `json:"staff_id"`
		Count            int         `json:"count"`
		Alerts           []wireAlert `json:"alerts"`
	}{c.opts.Company, c.caller.id, len(alerts), alerts}, nil
}

func alertsOf(one *staff, day company.Day, off bool) []int {
	if len(day.Punches) == 0 {
		p := one.person
		gone := p == nil || p.OnLeave || day.Date.Before(p.HiredOn) || one.retired != nil && day.Date.After(*one.retired)
		if day.Kind == company.Workday && !off && !gone {
			return []int{alertAbsence}
		}
		return nil
	}
	var kinds []int
	if day.Start == nil || day.End == nil {
		kinds = append(kinds, alertMissingPunch)
	}
	if len(day.Breaks) == 0 && day.WorkedMinutes > 6*60 {
		kinds = append(kinds, alertBreak)
	}
	if day.Kind != company.Workday {
		kinds = append(kinds, alertHolidayWork)
	}
	return kinds
}
