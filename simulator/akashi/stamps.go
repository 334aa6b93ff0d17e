package akashi

import (
	"fmt"
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

// The spellings of JST in the samples.
const (
	timezoneOne  = "+9.0"  // 6.7.2 (4)
	timezoneMany = "+9.00" // 6.10.2 (4)
)

// The ways to stamp. The document has no list; 3 is in the sample of 6.10.
const (
	methodTerminal = 3
	methodPhone    = 4
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
	stamps := c.st.stampsOf(one, from, to, timezoneOne, c.opts.Limits.StampRows)
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
		stamps := c.st.stampsOf(one, from, to, timezoneMany, left)
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
func (st *state) stampsOf(one *staff, from, to time.Time, timezone string, limit int) []wireStamp {
	days, _ := st.company.Attendance(one.person.Key)
	stamps := []wireStamp{}
	for _, day := range days {
		for _, punch := range day.Punches {
			if len(stamps) == limit {
				return stamps
			}
			if !punch.At.Before(from) && !punch.At.After(to) {
				stamps = append(stamps, one.stamp(punch, timezone))
			}
		}
	}
	return stamps
}

func (one *staff) stamp(punch company.Punch, timezone string) wireStamp {
	attributes := wireAttributes{Method: methodOf(punch), OrgID: one.organization}
	if attributes.Method == methodPhone {
		latitude, longitude := 35.68+float64(one.id%50)/1000, 139.76+float64(one.id%70)/1000
		attributes.Latitude, attributes.Longitude = &latitude, &longitude
	} else {
		workplace, ip := 1, fmt.Sprintf("192.0.2.%d", one.organization%250)
		attributes.WorkplaceID, attributes.IP = &workplace, &ip
	}
	// The clock of the terminal is a few seconds behind the server's.
	local := punch.At.Add(-time.Duration(one.id%5) * time.Second)
	return wireStamp{
		StampedAt: instant(punch.At), Type: int(punch.Kind), LocalTime: instant(local),
		Timezone: timezone, Attributes: attributes,
	}
}

func methodOf(punch company.Punch) int {
	if punch.Kind == company.GoStraight || punch.Kind == company.BackHome {
		return methodPhone
	}
	return methodTerminal
}
