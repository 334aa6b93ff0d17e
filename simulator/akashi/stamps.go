package akashi

import (
	"fmt"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

type wireAttributes struct {
	Method      int      `json:"method"`
	OrgID       int      `json:"org_id"`
	WorkplaceID *int     `json:"workplace_id"`
	Latitude    *float64 `json:"latitude"`
	Longitude   *float64 `json:"longitude"`
	IP          *string  `json:"ip"`
}

type wireStamp struct {
	StampedAt  string         `json:"stamped_at"`
	Type       int            `json:"type"`
	LocalTime  string         `json:"local_time"`
	Timezone   string         `json:"timezone"`
	Attributes wireAttributes `json:"attributes"`
}

// The spellings of time zones in the samples: hours, for JST "+9.0" and "+9.00".
const (
	timezoneOne  = "%+.1f" // 6.7.2 (4)
	timezoneMany = "%+.2f" // 6.10.2 (4)
)

// The ways to stamp. The document has no list; 3 is in the sample of 6.10.
const (
	methodTerminal = 3
	methodPhone    = 4
	methodAPI      = 5
)

type wireStaffStamps struct {
	StaffID int         `json:"staff_id"`
	Count   int         `json:"count"`
	Stamps  []wireStamp `json:"stamps"`
}

// getOwnStamps is 6.7 without an id.
func getOwnStamps(c *call) (any, *refusal) { return c.oneStamps(c.caller) }

// getStamps is 6.7 with an id.
func getStamps(c *call) (any, *refusal) {
	one, refused := c.visibleInPath()
	if refused != nil {
		return nil, refused
	}
	return c.oneStamps(one)
}

func (c *call) oneStamps(one *staff) (any, *refusal) {
	from, to, refused := c.period(layout14)
	if refused != nil {
		return nil, refused
	}
	if to.After(from.AddDate(0, 6, 0)) { // 6.7.2 (1): at most six months
		return nil, badParameter("取得できる期間は最長6ヶ月です。")
	}
	// 6.7.2 (1): an answer holds at most 1,000 stamps; the rest is cut off.
	stamps := c.stampsOf(one, from, to, timezoneOne, c.opts.Limits.StampRows)
	return struct {
		LoginCompanyCode string `json:"login_company_code"`
		wireStaffStamps
	}{c.opts.Company, wireStaffStamps{one.id, len(stamps), stamps}}, nil
}

// getMultipleStamps is 6.10. Every asked employee is in the answer, those
// without stamps with an empty list.
func getMultipleStamps(c *call) (any, *refusal) {
	from, to, refused := c.period(layout14)
	if refused != nil {
		return nil, refused
	}
	if to.Sub(from) > 24*time.Hour { // 6.10.2 (1): at most one day
		return nil, badParameter("取得できる期間は最長1日です。")
	}
	staffs, refused := c.staffIDs(c.opts.Limits.StampIDs) // 6.10.2 (1): at most 50
	if refused != nil {
		return nil, refused
	}
	left := c.opts.Limits.StampRows // 6.10.2 (1): of all employees together
	rows := make([]wireStaffStamps, len(staffs))
	for i, one := range staffs {
		stamps := c.stampsOf(one, from, to, timezoneMany, left)
		left -= len(stamps)
		rows[i] = wireStaffStamps{one.id, len(stamps), stamps}
	}
	return struct {
		LoginCompanyCode string            `json:"login_company_code"`
		MultipleStamps   []wireStaffStamps `json:"multiple_stamps"`
	}{c.opts.Company, rows}, nil
}

// stampsOf returns the stamps from one instant to another, both included, the
// oldest first, at most so many. A night shift's last stamp lies on the next
// day, where it happened.
func (c *call) stampsOf(one *staff, from, to time.Time, timezone string, limit int) []wireStamp {
	stamps := []wireStamp{}
	for _, made := range c.st.stampsBetween(one, from, to) {
		if len(stamps) == limit {
			break
		}
		stamps = append(stamps, one.wireStamp(made, c.timezoneText(made.offset, timezone)))
	}
	return stamps
}

func (st *state) stampsBetween(one *staff, from, to time.Time) []stamp {
	var found []stamp
	within := func(at time.Time) bool { return !at.Before(from) && !at.After(to) }
	if one.person != nil {
		days, _ := st.company.Attendance(one.person.Key)
		for _, day := range days {
			for _, punch := range day.Punches {
				if within(punch.At) {
					found = append(found, one.seededStamp(punch))
				}
			}
		}
	}
	for _, made := range st.stamps[one.id] {
		if within(made.At) {
			found = append(found, made)
		}
	}
	slices.SortStableFunc(found, func(a, b stamp) int { return a.At.Compare(b.At) })
	return found
}

// seededStamp gives the company's punch what AKASHI knows beside it. The clock
// of the terminal is a few seconds behind the server's.
func (one *staff) seededStamp(punch company.Punch) stamp {
	return stamp{
		Punch: punch, local: punch.At.Add(-time.Duration(one.id%5) * time.Second), offset: 9, method: methodOf(punch),
	}
}

func (one *staff) wireStamp(made stamp, timezone string) wireStamp {
	attributes := wireAttributes{Method: made.method, OrgID: one.organization}
	switch made.method {
	case methodPhone:
		latitude, longitude := 35.68+float64(one.id%50)/1000, 139.76+float64(one.id%70)/1000
		attributes.Latitude, attributes.Longitude = &latitude, &longitude
	case methodTerminal:
		workplace, ip := 1, fmt.Sprintf("192.0.2.%d", one.organization%250)
		attributes.WorkplaceID, attributes.IP = &workplace, &ip
	}
	return wireStamp{
		StampedAt: instant(made.At), Type: int(made.Kind), LocalTime: instant(made.local),
		Timezone: timezone, Attributes: attributes,
	}
}

func methodOf(punch company.Punch) int {
	if punch.Kind == company.GoStraight || punch.Kind == company.BackHome {
		return methodPhone
	}
	return methodTerminal
}
