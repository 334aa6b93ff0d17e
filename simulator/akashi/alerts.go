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
	days, leaves := c.st.company.Attendance(c.caller.person.Key)
	off := map[time.Time]bool{}
	for _, leave := range leaves {
		off[leave.Date] = true
	}
	alerts := []wireAlert{}
	for _, day := range days[max(0, len(days)-alertDays):] {
		for _, kind := range alertsOf(c.caller.person, day, off[day.Date]) {
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

func alertsOf(p *company.Person, day company.Day, off bool) []int {
	if len(day.Punches) == 0 {
		gone := p.OnLeave || day.Date.Before(p.HiredOn) || p.RetiredOn != nil && day.Date.After(*p.RetiredOn)
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
