package akashi

import (
	"context"
	"net/url"
	"slices"
	"time"
)

// Limits of the stamp endpoints, for whoever plans calls.
const (
	// MaxStampMonths is the longest period of 6.7.
	MaxStampMonths = 6
	// MaxStamps is the most stamps an answer of 6.7 or 6.10 holds. An answer that
	// full may have been cut: ask for less.
	MaxStamps = 1000
	// MaxStampStaffs is the most staffs of 6.10.
	MaxStampStaffs = 50
	// MaxMultipleStampHours is the longest period of 6.10, one day.
	MaxMultipleStampHours = 24
)

// The stamp types of 6.6.
const (
	StampIn           = 11
	StampOut          = 12
	StampStraightTo   = 21
	StampStraightHome = 22
	StampBreakStart   = 31
	StampBreakEnd     = 32
)

// Stamp is a punch of 6.7 and 6.10.
type Stamp struct {
	// StampedAt is the server's time of the punch.
	StampedAt time.Time
	Type      int
	// LocalTime is the punching device's clock, read in the device's zone; zero
	// when absent.
	LocalTime time.Time
	// Method and the rest of the attributes are nil, 0 or empty when absent.
	Method              *int
	OrgID               OrganizationID
	WorkplaceID         *int
	Latitude, Longitude *float64
	IP                  string
}

// StaffStamps are the stamps of one staff, by time.
type StaffStamps struct {
	StaffID StaffID
	Stamps  []Stamp
	// Full says that the answer these stamps came in held MaxStamps.
	Full bool
}

type wireStamp struct {
	StampedAt  instant `json:"stamped_at"`
	Type       num     `json:"type"`
	LocalTime  instant `json:"local_time"`
	Timezone   text    `json:"timezone"`
	Attributes *struct {
		Method      num   `json:"method"`
		OrgID       num   `json:"org_id"`
		WorkplaceID num   `json:"workplace_id"`
		Latitude    float `json:"latitude"`
		Longitude   float `json:"longitude"`
		IP          text  `json:"ip"`
	} `json:"attributes"`
}

type wireStaffStamps struct {
	StaffID num             `json:"staff_id"`
	Stamps  list[wireStamp] `json:"stamps"`
}

// Stamps reads the stamps of one staff, 0 for the token's owner, in a period of
// at most six months (6.7).
func (c *Client) Stamps(ctx context.Context, id StaffID, from, to time.Time) (StaffStamps, error) {
	if to.Before(from) || to.After(from.AddDate(0, MaxStampMonths, 0)) {
		return StaffStamps{}, c.forbidden("a period of stamps is at most six months (6.7)")
	}
	path := []string{"stamps"}
	if id != 0 {
		path = append(path, itoa(id))
	}
	w, err := get[wireStaffStamps](ctx, c, "akashi.listStamps", period(from, to), path...)
	if err != nil {
		return StaffStamps{}, err
	}
	if !w.StaffID.Set {
		w.StaffID = num{N: int64(id), Set: true}
	}
	if id != 0 && w.StaffID.N != int64(id) {
		return StaffStamps{}, c.bad("the answer is about another staff")
	}
	return c.staffStamps(&w, len(w.Stamps) >= MaxStamps)
}

// MultipleStamps reads the stamps of at most 50 staffs in at most one day
// (6.10). A staff without stamps may be missing.
func (c *Client) MultipleStamps(ctx context.Context, ids []StaffID, from, to time.Time) ([]StaffStamps, error) {
	switch {
	case len(ids) == 0 || len(ids) > MaxStampStaffs:
		return nil, c.forbidden("stamps are read for 1 to 50 staffs (6.10)")
	case to.Before(from) || to.Sub(from) > MaxMultipleStampHours*time.Hour:
		return nil, c.forbidden("a period of many staffs' stamps is at most one day (6.10)")
	}
	q := period(from, to)
	q.Set("staff_ids", joinIDs(ids))
	type response struct {
		MultipleStamps list[wireStaffStamps] `json:"multiple_stamps"`
	}
	w, err := get[response](ctx, c, "akashi.listMultipleStamps", q, "multiple_stamps")
	if err != nil {
		return nil, err
	}
	if w.MultipleStamps == nil {
		return nil, c.bad("the answer has no multiple_stamps")
	}
	total := 0
	for _, s := range w.MultipleStamps {
		total += len(s.Stamps)
	}
	out := make([]StaffStamps, 0, len(w.MultipleStamps))
	for i := range w.MultipleStamps {
		s, err := c.staffStamps(&w.MultipleStamps[i], total >= MaxStamps)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func period(from, to time.Time) url.Values {
	return url.Values{
		"start_date": {from.In(jst()).Format(stampTime)},
		"end_date":   {to.In(jst()).Format(stampTime)},
	}
}

func (c *Client) staffStamps(w *wireStaffStamps, full bool) (StaffStamps, error) {
	if !w.StaffID.Set || w.Stamps == nil {
		return StaffStamps{}, c.bad("stamps have no staff_id or no list")
	}
	out := StaffStamps{StaffID: StaffID(w.StaffID.N), Full: full, Stamps: make([]Stamp, 0, len(w.Stamps))}
	for i := range w.Stamps {
		s := &w.Stamps[i]
		if s.StampedAt.t.IsZero() || !s.Type.Set {
			return StaffStamps{}, c.bad("a stamp has no stamped_at or no type")
		}
		out.Stamps = append(out.Stamps, s.stamp())
	}
	// The order of an answer is not stated.
	slices.SortStableFunc(out.Stamps, func(a, b Stamp) int { return a.StampedAt.Compare(b.StampedAt) })
	return out, nil
}

func (w *wireStamp) stamp() Stamp {
	s := Stamp{StampedAt: w.StampedAt.t, Type: w.Type.Int(), LocalTime: w.LocalTime.t}
	if minutes, ok := parseZone(string(w.Timezone)); ok && !s.LocalTime.IsZero() && minutes != 9*60 {
		l := s.LocalTime
		s.LocalTime = time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), 0,
			time.FixedZone("", minutes*60))
	}
	if a := w.Attributes; a != nil {
		s.Method, s.OrgID, s.WorkplaceID = a.Method.Ptr(), OrganizationID(a.OrgID.N), a.WorkplaceID.Ptr()
		s.Latitude, s.Longitude, s.IP = a.Latitude.P, a.Longitude.P, string(a.IP)
	}
	return s
}
