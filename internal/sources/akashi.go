package sources

import (
	"context"
	"strconv"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// Akashi translates one link to AKASHI: staff to employee, stamp, working
// record, project, task and man-hour.
type Akashi struct {
	reader

	name     hr.Link
	client   *akashi.Client
	personal func(ctx context.Context, staff string) (*akashi.Client, bool)
	day      hr.DayChange
	lenient  bool
}

// AkashiOptions configures an Akashi.
type AkashiOptions struct {
	// Link is the name of the link.
	Link string
	// Client carries the company token.
	Client *akashi.Client
	// Personal returns a client with the staff's own token, if it is known; nil
	// knows none.
	Personal func(ctx context.Context, staff string) (*akashi.Client, bool)
	// DayChange is the company's labour day.
	DayChange hr.DayChange
	// LenientBreaks says that the client may ask for breaks over a period.
	LenientBreaks bool
}

// NewAkashi returns the adapter of one link.
func NewAkashi(opts AkashiOptions) *Akashi {
	personal := opts.Personal
	if personal == nil {
		personal = func(context.Context, string) (*akashi.Client, bool) { return nil, false }
	}
	return &Akashi{
		name: hr.Link{System: hr.Akashi, Name: opts.Link}, client: opts.Client,
		personal: personal, day: opts.DayChange, lenient: opts.LenientBreaks,
	}
}

// Link names the link.
func (a *Akashi) Link() hr.Link { return a.name }

// PrincipalOf is a staff who is read with the staff's own token.
func (a *Akashi) PrincipalOf(staff string) lookup.Principal {
	return lookup.Principal{Owner: a.Principal().Owner + " staff " + staff, Sight: "own"}
}

func (a *Akashi) ref(id int64) hr.Ref {
	return hr.Ref{Link: a.name, ID: strconv.FormatInt(id, 10)}
}

// number parses an id that a global id or a roster carried.
func (a *Akashi) number(id string) (int64, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return 0, fault.New(fault.NotFound, "AKASHI has no record of this id")
	}
	return n, nil
}

func (a *Akashi) staffIDs(ids []string) ([]akashi.StaffID, error) {
	out := make([]akashi.StaffID, len(ids))
	for i, id := range ids {
		n, err := a.number(id)
		if err != nil {
			return nil, err
		}
		out[i] = akashi.StaffID(n)
	}
	return out, nil
}

// People lists all staffs: ceil(N/20) calls (6.4).
func (a *Akashi) People(ctx context.Context) ([]Person, error) { return all(ctx, a) }

// person translates a staff.
func (a *Akashi) person(s *akashi.Staff) Person {
	p := Person{
		Ref: a.ref(int64(s.ID)), Code: s.StaffNum,
		Family: s.LastName, Given: s.FirstName, FamilyKana: s.LastNameKana, GivenKana: s.FirstNameKana,
		Email: s.Email, EmploymentType: s.EmploymentCategoryName,
		Organization: a.unitRef(s.Organization),
	}
	for _, o := range s.ManagedOrganizations {
		p.Manages = append(p.Manages, a.unitRef(o))
	}
	return p
}

// rootUnit is AKASHI's name of the node above all top units (6.2). It stands for
// the company, not for a unit of it.
const rootUnit = "企業"

func (a *Akashi) unitRef(o akashi.OrganizationRef) hr.Ref {
	if o.ID == 0 || o.Name == rootUnit {
		return hr.Ref{}
	}
	return a.ref(int64(o.ID))
}

// Units lists all organisations: one call (6.2).
func (a *Akashi) Units(ctx context.Context) ([]Unit, error) {
	rows, err := a.client.Organizations(ctx, false)
	if err != nil {
		return nil, err
	}
	units := make([]Unit, 0, len(rows))
	for _, o := range rows {
		if o.ParentID == 0 && o.Name == rootUnit {
			continue
		}
		u := Unit{Ref: a.ref(int64(o.ID)), Code: o.Code, Name: o.Name}
		if o.ParentID != 0 {
			u.Parent = a.ref(int64(o.ParentID))
		}
		units = append(units, u)
	}
	return units, nil
}

// Holds tells whether a staff's own token is known. It asks nobody.
func (a *Akashi) Holds(ctx context.Context, staff string) bool {
	_, ok := a.personal(ctx, staff)
	return ok
}

// Alerts returns the alerts of a staff, read with the staff's own token (6.8).
func (a *Akashi) Alerts(ctx context.Context, staff string) ([]*hr.Alert, error) {
	client, ok := a.personal(ctx, staff)
	if !ok {
		return nil, fault.Upstream(fault.PersonalTokenNeeded, string(hr.Akashi), a.name.Name,
			"AKASHI gives alerts only to the person's own token; give it to the gateway in the employee tokens file")
	}
	got, err := client.Alerts(ctx)
	if err != nil {
		return nil, err
	}
	if strconv.FormatInt(int64(got.StaffID), 10) != staff {
		return nil, fault.Upstream(fault.UpstreamBadResponse, string(hr.Akashi), a.name.Name,
			"the token belongs to another staff; correct the employee tokens file")
	}
	rows := make([]*hr.Alert, 0, len(got.Alerts))
	for _, v := range got.Alerts {
		date, month := parseDate(string(v.Date)), parseDate(string(v.Month))
		if date.IsZero() {
			continue
		}
		if month.IsZero() {
			month = date
		}
		rows = append(rows, &hr.Alert{
			Month: month.Month(), Date: date, Kind: alertKind(v.Type), System: hr.Akashi, Link: a.name.Name,
		})
	}
	return rows, nil
}

func alertKind(n int) hr.AlertKind {
	kinds := []hr.AlertKind{
		hr.AlertMissingStamp, hr.AlertSuspectedAbsence, hr.AlertBreakOutOfRange, hr.AlertClockInGap,
		hr.AlertClockOutGap, hr.AlertHolidayWork, hr.AlertLate, hr.AlertEarlyLeave,
		hr.AlertOvertimeThreshold, hr.AlertUnreportedAttendance,
	}
	if n < 1 || n > len(kinds) {
		return hr.AlertUnknown
	}
	return kinds[n-1]
}

// parseDate reads a client's yyyy-mm-dd; a date that makes no sense is none.
func parseDate(s string) hr.Date {
	d, err := hr.ParseDate(s)
	if err != nil {
		return hr.Date{}
	}
	return d
}

// textOrNil returns nil for a text that is empty.
func textOrNil(s string) *string {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	return &s
}
