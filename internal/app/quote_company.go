package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// The company that operations are priced in is as dear as its size allows: who is
// asked for by code, name or address exists, everybody has the names that are
// searched for and the status that is asked for, and the people whom a system knows are the first of all, so that
// a page of people is one of people whom it knows.

// membersOfUnit is how many people an organisation of it has.
const membersOfUnit = 20

// imagine makes a company up. Its people have the codes that are asked for, then
// E00001 and on.
func imagine(known map[hr.System]int, asked Asked) *Company {
	size := 0
	for _, n := range known {
		size = max(size, n)
	}
	codes := codesOf(size, asked.Codes)
	c := &Company{}
	for _, s := range hr.Systems() {
		n, connected := known[s]
		if !connected {
			continue
		}
		part := &imagined{link: hr.Link{System: s, Name: config.DefaultLink}}
		part.people = make([]sources.Person, min(n, size))
		units := (size + membersOfUnit - 1) / membersOfUnit
		for i := range part.people {
			part.people[i] = part.person(i, codes[i], asked)
		}
		c.Rosters = append(c.Rosters, part)
		if s == hr.Akashi || s == hr.Yesod {
			for u := range units {
				part.units = append(part.units, sources.Unit{
					Ref: part.unit(u), Code: fmt.Sprintf("U%03d", u+1), Name: fmt.Sprintf("unit %d", u+1),
				})
				if u > 0 {
					part.units[u].Parent = part.unit(0)
				}
			}
			c.Units = append(c.Units, part)
		}
	}
	return c
}

// codesOf names n people: the asked codes first, then those that are left.
func codesOf(n int, asked []string) []string {
	codes := slices.Clone(asked)
	for i := 1; len(codes) < n; i++ {
		if code := fmt.Sprintf("E%05d", i); !slices.Contains(asked, code) {
			codes = append(codes, code)
		}
	}
	return codes[:n]
}

// imagined is one system's part of the company.
type imagined struct {
	link   hr.Link
	people []sources.Person
	units  []sources.Unit
}

func (p *imagined) unit(n int) hr.Ref { return hr.Ref{Link: p.link, ID: strconv.Itoa(n + 1)} }

func (p *imagined) person(i int, code string, asked Asked) sources.Person {
	out := sources.Person{
		Ref:  hr.Ref{Link: p.link, ID: strconv.Itoa(i + 1)},
		Code: code, Family: code, FamilyKana: strings.Join(asked.Texts, " "),
	}
	out.Status = hr.StatusActive
	if len(asked.Statuses) > 0 {
		out.Status = hr.EmploymentStatus(asked.Statuses[0])
	}
	if i < len(asked.Emails) {
		out.Email = asked.Emails[i]
	}
	if p.link.System == hr.Akashi || p.link.System == hr.Yesod {
		out.Organization = p.unit(i / membersOfUnit)
	}
	if p.link.System == hr.Akashi && i%membersOfUnit == 0 {
		out.Manages = []hr.Ref{out.Organization}
	}
	return out
}

// Link implements sources.Roster and sources.UnitSource.
func (p *imagined) Link() hr.Link { return p.link }

// People implements sources.Roster.
func (p *imagined) People(context.Context) ([]sources.Person, error) { return p.people, nil }

// Units implements sources.UnitSource.
func (p *imagined) Units(context.Context) ([]sources.Unit, error) { return p.units, nil }

// Asked are the people that operations name.
type Asked struct {
	Codes, Emails, Texts []string
	// Statuses are those of which people may be; everybody has the first.
	Statuses []string
}

// add takes what a document or its variables give to an argument or a field of an
// input of some name.
func (a *Asked) add(name, value string) {
	list := map[string]*[]string{
		"code": &a.Codes, "codes": &a.Codes, "employee": &a.Codes, "email": &a.Emails, "text": &a.Texts,
		"status": &a.Statuses,
	}[name]
	if _, _, err := hr.DecodeID(value); err == nil {
		return // a global id, whose record is nobody's here
	}
	if list != nil && value != "" && !slices.Contains(*list, value) {
		*list = append(*list, value)
	}
}
