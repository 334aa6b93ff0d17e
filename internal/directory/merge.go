package directory

import (
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// trust orders the systems by whose value a field shows when several have one:
// the HR master first, then the attendance systems, the health system last.
func trust() []hr.System { return []hr.System{hr.Yesod, hr.Akashi, hr.Jobcan, hr.Carely} }

// merge makes one employee of the records of one person.
func merge(id hr.EmployeeID, g group, today hr.Date) *hr.Employee {
	m := merger{records: byTrust(g)}
	e := &hr.Employee{
		ID:             id,
		Code:           m.text("code", func(p *sources.Person) string { return p.Code }),
		Email:          m.text("email", func(p *sources.Person) string { return p.Email }),
		JobTitle:       m.text("jobTitle", func(p *sources.Person) string { return p.JobTitle }),
		EmploymentType: m.text("employmentType", func(p *sources.Person) string { return p.EmploymentType }),
		HiredOn:        m.date("hiredOn", func(p *sources.Person) hr.Date { return p.HiredOn }),
		RetiredOn:      m.date("retiredOn", func(p *sources.Person) hr.Date { return p.RetiredOn }),
		Status:         m.status(today),
		Links:          links(g),
	}
	e.Name = m.name()
	e.Provenance = m.provenance
	for i := range m.records {
		p := &m.records[i]
		if e.OrganizationID == "" && p.Organization.ID != "" {
			e.OrganizationID = unitID(p.Organization)
		}
		for _, unit := range p.Manages {
			e.Manages = append(e.Manages, unitID(unit))
		}
	}
	// The tree is AKASHI's, so its word on the unit goes before the master's.
	if i := slices.IndexFunc(g, func(p sources.Person) bool {
		return p.Ref.System == hr.Akashi && p.Organization.ID != ""
	}); i >= 0 {
		e.OrganizationID = unitID(g[i].Organization)
	}
	return e
}

// unitID is the id of an organisation as its record alone tells; Tree.Resolve
// turns it into the id of the unit that the record was joined to.
func unitID(ref hr.Ref) hr.OrganizationID {
	return hr.OrganizationID(hr.EncodeID(hr.KindOrganization, ref))
}

func byTrust(g group) []sources.Person {
	order := trust()
	records := slices.Clone(g)
	slices.SortStableFunc(records, func(a, b sources.Person) int {
		return slices.Index(order, a.Ref.System) - slices.Index(order, b.Ref.System)
	})
	return records
}

func links(g group) []hr.EmployeeLink {
	out := make([]hr.EmployeeLink, len(g))
	for i, p := range g {
		rule := hr.MatchCode
		if i == 0 {
			rule = hr.MatchAnchor
		}
		out[i] = hr.EmployeeLink{
			System: p.Ref.System, Link: p.Ref.Name, VendorID: p.Ref.ID, MatchedBy: rule, Confidence: 1,
		}
	}
	return out
}

// merger chooses a value for each field and notes where it is from.
type merger struct {
	records    []sources.Person
	provenance []hr.Provenance
}

// text returns the most trusted value that is not empty, nil if there is none.
func (m *merger) text(field string, get func(*sources.Person) string) *string {
	p := hr.Provenance{Field: field, Values: make([]hr.ProvenanceValue, len(m.records))}
	var chosen *string
	for i := range m.records {
		r := &m.records[i]
		p.Values[i] = hr.ProvenanceValue{System: r.Ref.System, Link: r.Ref.Name}
		if v := get(r); v != "" {
			p.Values[i].Value = &v
			if chosen == nil {
				chosen, p.Chosen = &v, &r.Ref.System
			}
		}
	}
	m.provenance = append(m.provenance, p)
	return chosen
}

func (m *merger) date(field string, get func(*sources.Person) hr.Date) *hr.Date {
	text := m.text(field, func(p *sources.Person) string { return get(p).String() })
	if text == nil {
		return nil
	}
	// The text was made by Date.String just now.
	d, err := hr.ParseDate(*text)
	if err != nil {
		return nil
	}
	return &d
}

func (m *merger) status(today hr.Date) hr.EmploymentStatus {
	text := m.text("status", func(p *sources.Person) string {
		if p.Status == "" && !p.RetiredOn.IsZero() && p.RetiredOn.Before(today) {
			return string(hr.StatusRetired)
		}
		return string(p.Status)
	})
	if text == nil {
		return hr.StatusActive
	}
	return hr.EmploymentStatus(*text)
}

// name takes each part from the most trusted system that has it; in practice
// that is one system for both halves, since every system holds both.
func (m *merger) name() hr.PersonName {
	var n hr.PersonName
	if v := m.text("name.family", func(p *sources.Person) string { return p.Family }); v != nil {
		n.Family = *v
	}
	if v := m.text("name.given", func(p *sources.Person) string { return p.Given }); v != nil {
		n.Given = *v
	}
	n.FamilyKana = m.text("name.familyKana", func(p *sources.Person) string { return p.FamilyKana })
	n.GivenKana = m.text("name.givenKana", func(p *sources.Person) string { return p.GivenKana })
	return n
}
