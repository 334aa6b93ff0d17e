package main

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// The answers by hand about projects and man-hours.

type project struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type manhour struct {
	Date    string   `json:"date"`
	Minutes int      `json:"minutes"`
	Project *project `json:"project"`
}

// october reads everybody's man-hours.
func (h *handler) october(ctx context.Context) ([]akashi.StaffManhours, error) {
	return h.clients.akashi.Manhours(ctx, "2026-10-01", "2026-10-31")
}

// manhours reads October and all projects, side by side.
func (h *handler) manhours(ctx context.Context, ix *index) (any, error) {
	var hours []akashi.StaffManhours
	var projects []akashi.Project
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { hours, err = h.october(ctx); return err })
	g.Go(func() (err error) {
		projects, err = h.clients.akashi.AllProjects(ctx, akashi.ProjectsQuery{})
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	byID := map[akashi.ProjectID]*project{}
	for _, p := range projects {
		byID[p.ID] = &project{p.Code, p.Name}
	}
	byStaff := map[akashi.StaffID][]manhour{}
	for _, s := range hours {
		for _, d := range s.Dates {
			for _, p := range d.Projects {
				for _, item := range p.Items {
					byStaff[s.StaffID] = append(byStaff[s.StaffID], manhour{string(d.Date), item.Minutes, byID[p.ProjectID]})
				}
			}
		}
	}
	type row struct {
		*person

		Manhours nodes[manhour] `json:"manhours"`
	}
	rows := make([]row, 50)
	for i, p := range ix.people[:50] {
		mine := byStaff[p.akashi]
		slices.SortStableFunc(mine, func(a, b manhour) int { return cmp.Compare(a.Date, b.Date) })
		rows[i] = row{person: p, Manhours: rowsOf(mine)}
	}
	return employees(rows), nil
}

// The answer about a project.
type (
	member struct {
		IsOwner  bool  `json:"isOwner"`
		Employee short `json:"employee"`
	}
	booked struct {
		Date     string `json:"date"`
		Minutes  int    `json:"minutes"`
		Employee short  `json:"employee"`

		staff string
	}
	projectWithWork struct {
		Code     string        `json:"code"`
		Name     string        `json:"name"`
		Members  nodes[member] `json:"members"`
		Manhours nodes[booked] `json:"manhours"`
	}
)

// project answers the first project with its members and October.
func (h *handler) project(ctx context.Context, ix *index) (any, error) {
	projects, err := h.clients.akashi.AllProjects(ctx, akashi.ProjectsQuery{})
	if err != nil {
		return nil, err
	}
	chosen := slices.MinFunc(projects, func(a, b akashi.Project) int { return cmp.Compare(a.Code, b.Code) })
	var members akashi.ProjectStaffs
	var hours []akashi.StaffManhours
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { members, err = h.clients.akashi.ProjectStaffs(ctx, chosen.ID); return err })
	g.Go(func() (err error) { hours, err = h.october(ctx); return err })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	row := projectWithWork{Code: chosen.Code, Name: chosen.Name}
	row.Members, row.Manhours = membersOf(members, ix), bookedOn(chosen.ID, hours, ix)
	return map[string]any{"projects": nodes[projectWithWork]{[]projectWithWork{row}}}, nil
}

func membersOf(members akashi.ProjectStaffs, ix *index) nodes[member] {
	var out []member
	for _, id := range members.StaffIDs {
		if p := ix.staff[id]; p != nil {
			out = append(out, member{slices.Contains(members.OwnerStaffIDs, id), short{p.Code, &family{p.Name.Family}}})
		}
	}
	slices.SortFunc(out, func(a, b member) int { return cmp.Compare(a.Employee.Code, b.Employee.Code) })
	return rowsOf(out)
}

// bookedOn is the first three hundred man-hours on a project, by day and person.
func bookedOn(chosen akashi.ProjectID, hours []akashi.StaffManhours, ix *index) nodes[booked] {
	var out []booked
	for _, s := range hours {
		who := ix.staff[s.StaffID]
		if who == nil {
			continue
		}
		staff := strconv.FormatInt(int64(s.StaffID), 10)
		for _, d := range s.Dates {
			for _, p := range d.Projects {
				if p.ProjectID != chosen {
					continue
				}
				for _, item := range p.Items {
					out = append(out, booked{string(d.Date), item.Minutes, short{Code: who.Code}, staff})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b booked) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.staff, b.staff))
	})
	return rowsOf(out[:min(300, len(out))])
}
