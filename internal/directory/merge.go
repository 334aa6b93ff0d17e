package directory

import (
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// Trust orders the systems by whose value a field shows when several have one,
// by group of fields. A system that is not named comes last.
type Trust struct {
	// Code is the employee code.
	Code []hr.System
	// Name is both names and their readings.
	Name []hr.System
	// Contact is the e-mail address.
	Contact []hr.System
	// Employment is the state, the days of joining and leaving, the job title and
	// the kind of employment.
	Employment []hr.System
}

// DefaultTrust is the HR master first, then the attendance systems, the health
// system last. Only codes are shown as AKASHI spells them: its writes, and the
// file of its employees' tokens, go by them.
func DefaultTrust() Trust {
	order := []hr.System{hr.Yesod, hr.Akashi, hr.Jobcan, hr.Carely}
	return Trust{Code: hr.Systems(), Name: order, Contact: order, Employment: order}
}

// field is one field that several systems may hold, as text.
type field struct {
	name  string
	order func(*Trust) []hr.System
	// get returns the record's value, "" for none.
	get func(p *sources.Person, today hr.Date) string
}

func byCode(t *Trust) []hr.System         { return t.Code }
func byPersonName(t *Trust) []hr.System   { return t.Name }
func byContact(t *Trust) []hr.System      { return t.Contact }
func byEmployment(t *Trust) []hr.System   { return t.Employment }
func code(p *sources.Person) *string      { return &p.Code }
func email(p *sources.Person) *string     { return &p.Email }
func title(p *sources.Person) *string     { return &p.JobTitle }
func kind(p *sources.Person) *string      { return &p.EmploymentType }
func family(p *sources.Person) *string    { return &p.Family }
func given(p *sources.Person) *string     { return &p.Given }
func kana(p *sources.Person) *string      { return &p.FamilyKana }
func givenKana(p *sources.Person) *string { return &p.GivenKana }
func hired(p *sources.Person) hr.Date     { return p.HiredOn }
func retired(p *sources.Person) hr.Date   { return p.RetiredOn }

// fields lists what provenance tells of, in its order.
func fields() []field {
	text := func(get func(*sources.Person) *string) func(*sources.Person, hr.Date) string {
		return func(p *sources.Person, _ hr.Date) string { return *get(p) }
	}
	date := func(get func(*sources.Person) hr.Date) func(*sources.Person, hr.Date) string {
		return func(p *sources.Person, _ hr.Date) string { return get(p).String() }
	}
	return []field{
		{"code", byCode, text(code)},
		{"email", byContact, text(email)},
		{"jobTitle", byEmployment, text(title)},
		{"employmentType", byEmployment, text(kind)},
		{"hiredOn", byEmployment, date(hired)},
		{"retiredOn", byEmployment, date(retired)},
		{"status", byEmployment, func(p *sources.Person, today hr.Date) string { return string(status(p, today)) }},
		{"name.family", byPersonName, text(family)},
		{"name.given", byPersonName, text(given)},
		{"name.familyKana", byPersonName, text(kana)},
		{"name.givenKana", byPersonName, text(givenKana)},
	}
}

// status is what a record says of the employment, "" for nothing.
func status(p *sources.Person, today hr.Date) hr.EmploymentStatus {
	if p.Status == "" && !p.RetiredOn.IsZero() && p.RetiredOn.Before(today) {
		return hr.StatusRetired
	}
	return p.Status
}

// byTrust orders records for a group of fields.
func byTrust(people []*sources.Person, order []hr.System) []*sources.Person {
	place := func(p *sources.Person) int {
		if i := slices.Index(order, p.Ref.System); i >= 0 {
			return i
		}
		return len(order)
	}
	out := slices.Clone(people)
	slices.SortStableFunc(out, func(a, b *sources.Person) int { return place(a) - place(b) })
	return out
}

// merge makes one employee of the records of one person.
func merge(id hr.EmployeeID, g group, today hr.Date, trust *Trust) *hr.Employee {
	people := g.people()
	codes, naming := byTrust(people, trust.Code), byTrust(people, trust.Name)
	employment := byTrust(people, trust.Employment)
	e := &hr.Employee{
		ID:             id,
		Code:           first(codes, code),
		Email:          first(byTrust(people, trust.Contact), email),
		JobTitle:       first(employment, title),
		EmploymentType: first(employment, kind),
		HiredOn:        firstDate(employment, hired),
		RetiredOn:      firstDate(employment, retired),
		Status:         hr.StatusActive,
		Links:          links(g),
		Name:           hr.PersonName{FamilyKana: first(naming, kana), GivenKana: first(naming, givenKana)},
	}
	// Each part is the most trusted system's that has it; in practice that is one
	// system for both, since every system holds both.
	if v := first(naming, family); v != nil {
		e.Name.Family = *v
	}
	if v := first(naming, given); v != nil {
		e.Name.Given = *v
	}
	for _, p := range employment {
		if s := status(p, today); s != "" {
			e.Status = s
			break
		}
	}
	units(e, employment)
	return e
}

// units sets where a person belongs and what they manage. The tree is AKASHI's,
// so its word on the unit goes before anybody else's.
func units(e *hr.Employee, people []*sources.Person) {
	akashi := false
	for _, p := range people {
		if p.Organization.ID != "" && (e.OrganizationID == "" || p.Ref.System == hr.Akashi && !akashi) {
			e.OrganizationID, akashi = unitID(p.Organization), p.Ref.System == hr.Akashi
		}
		for _, unit := range p.Manages {
			e.Manages = append(e.Manages, unitID(unit))
		}
	}
}

func (g group) people() []*sources.Person {
	out := make([]*sources.Person, len(g))
	for i, r := range g {
		out[i] = r.Person
	}
	return out
}

// first returns the first text that is not empty, nil if all are. It points into
// the record, so that an index holds each text once.
func first(people []*sources.Person, get func(*sources.Person) *string) *string {
	for _, p := range people {
		if v := get(p); *v != "" {
			return v
		}
	}
	return nil
}

func firstDate(people []*sources.Person, get func(*sources.Person) hr.Date) *hr.Date {
	for _, p := range people {
		if d := get(p); !d.IsZero() {
			return &d
		}
	}
	return nil
}

// unitID is the id of an organisation as its record alone tells; Tree.Resolve
// turns it into the id of the unit that the record was joined to.
func unitID(ref hr.Ref) hr.OrganizationID {
	return hr.OrganizationID(hr.EncodeID(hr.KindOrganization, ref))
}

func links(g group) []hr.EmployeeLink {
	out := make([]hr.EmployeeLink, len(g))
	for i, r := range g {
		out[i] = hr.EmployeeLink{
			System: r.Ref.System, Link: r.Ref.Name, VendorID: r.Ref.ID, MatchedBy: r.rule, Confidence: r.confidence,
		}
		if r.rule == "" {
			out[i].MatchedBy, out[i].Confidence = hr.MatchAnchor, 1
		}
	}
	return out
}

// provenance tells of every field what each record says and whose value is
// shown. It is worked out when asked for: kept, it would be most of the index.
func provenance(people []*sources.Person, today hr.Date, trust *Trust) []*hr.Provenance {
	rows := make([]*hr.Provenance, 0, len(fields()))
	for _, f := range fields() {
		row := &hr.Provenance{Field: f.name, Values: make([]hr.ProvenanceValue, len(people))}
		for i, p := range byTrust(people, f.order(trust)) {
			row.Values[i] = hr.ProvenanceValue{System: p.Ref.System, Link: p.Ref.Name}
			if v := f.get(p, today); v != "" {
				row.Values[i].Value = &v
				if row.Chosen == nil {
					row.Chosen = &p.Ref.System
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}
