package main

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

// The answers by hand, one function a query: what they have in common, and those
// about people.

type nodes[T any] struct {
	Nodes []T `json:"nodes"`
}

// rowsOf makes an empty list of none.
func rowsOf[T any](rows []T) nodes[T] {
	if rows == nil {
		rows = []T{}
	}
	return nodes[T]{rows}
}

func employees[T any](rows []T) any { return map[string]any{"employees": nodes[T]{rows}} }

// page answers people alone.
func (h *handler) page(n int) handFunc {
	return func(_ context.Context, ix *index) (any, error) { return employees(ix.people[:n]), nil }
}

// one answers one person.
func (h *handler) one(code string) handFunc {
	return func(_ context.Context, ix *index) (any, error) {
		at := slices.IndexFunc(ix.people, func(p *person) bool { return p.Code == code })
		return map[string]any{"employee": ix.people[at]}, nil
	}
}

// family is a name of which only that was asked for.
type family struct {
	Family string `json:"family"`
}

// short is a person of whom little was asked for.
type short struct {
	Code string  `json:"code"`
	Name *family `json:"name,omitempty"`
}

// tree answers the organisations with their people.
func (h *handler) tree(_ context.Context, ix *index) (any, error) {
	byUnit := map[akashi.OrganizationID][]short{}
	for _, p := range ix.people {
		byUnit[p.unit] = append(byUnit[p.unit], short{p.Code, &family{p.Name.Family}})
	}
	type row struct {
		Name      string       `json:"name"`
		Path      string       `json:"path"`
		Employees nodes[short] `json:"employees"`
	}
	rows := make([]row, len(ix.units))
	for i, u := range ix.units {
		rows[i] = row{Name: u.name, Path: u.path, Employees: rowsOf(byUnit[u.id])}
	}
	return map[string]any{"organizations": nodes[row]{rows}}, nil
}

type source struct {
	System string `json:"system"`
	Status string `json:"status"`
}

// readme answers the query of the README.
func (h *handler) readme(ctx context.Context, ix *index) (any, error) {
	at := slices.IndexFunc(ix.people, func(p *person) bool { return p.Code == "E00003" })
	people := ix.people[at : at+1]
	var byStaff map[akashi.StaffID][]stamp
	var byEmployee map[jobcan.EmployeeID][]stamp
	var byUUID map[string][]overtime
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { byStaff, byEmployee, err = h.stampsOf(ctx, people); return err })
	g.Go(func() (err error) { byUUID, err = h.overtimesOf(ctx, people, "2026-10", "2026-10"); return err })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	p := people[0]
	rows := byUUID[p.carely]
	for i := range rows {
		rows[i].System = "CARELY"
	}
	return employees([]any{map[string]any{
		"code": p.Code, "name": map[string]string{"display": p.Name.Family + " " + p.Name.Given},
		"organization": map[string]string{"path": ix.pathOf(p)},
		"stamps": map[string]any{
			"nodes":   first(append(byStaff[p.akashi], byEmployee[p.jobcan]...), 4),
			"sources": []source{{"AKASHI", "OK"}, {"JOBCAN", "OK"}},
		},
		"overtimes": rowsOf(rows),
	}}), nil
}

// pathOf is the path of somebody's organisation.
func (ix *index) pathOf(p *person) string {
	for _, u := range ix.units {
		if u.id == p.unit {
			return u.path
		}
	}
	return ""
}
