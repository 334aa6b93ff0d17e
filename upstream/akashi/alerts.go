package akashi

import "context"

// Alert is an alert of 6.8.
type Alert struct {
	// Month is the closing period's label, the first of a month. It need not be
	// the month of Date.
	Month, Date Date
	// Type is 1 to 10, see 6.8.
	Type int
}

// StaffAlerts are the alerts of the token's owner.
type StaffAlerts struct {
	StaffID StaffID
	Alerts  []Alert
}

// Alerts reads the alerts of the token's owner; nobody else's can be read (6.8).
func (c *Client) Alerts(ctx context.Context) (StaffAlerts, error) {
	type response struct {
		StaffID num `json:"staff_id"`
		Alerts  list[struct {
			Month day `json:"month"`
			Date  day `json:"date"`
			Type  num `json:"alert_type"`
		}] `json:"alerts"`
	}
	w, err := get[response](ctx, c, "akashi.listAlerts", nil, "alerts")
	if err != nil {
		return StaffAlerts{}, err
	}
	if w.Alerts == nil {
		return StaffAlerts{}, c.bad("the answer has no alerts")
	}
	if !w.StaffID.Set {
		return StaffAlerts{}, c.bad("alerts have no staff_id")
	}
	out := StaffAlerts{StaffID: StaffID(w.StaffID.N), Alerts: make([]Alert, 0, len(w.Alerts))}
	for _, a := range w.Alerts {
		if a.Date.d == "" || !a.Type.Set {
			return StaffAlerts{}, c.bad("an alert has no date or no alert_type")
		}
		out.Alerts = append(out.Alerts, Alert{a.Month.d, a.Date.d, a.Type.Int()})
	}
	return out, nil
}
