package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

// The answers by hand, one function a query.

type nodes[T any] struct {
	Nodes []T `json:"nodes"`
}

func employees[T any](rows []T) any { return map[string]any{"employees": nodes[T]{rows}} }

// page answers people alone.
func (h *handler) page(n int) handFunc {
	return func(_ context.Context, ix *index) (any, error) { return employees(ix.people[:n]), nil }
}

type stamp struct {
	OccurredAt time.Time `json:"occurredAt"`
	Kind       string    `json:"kind"`
	System     string    `json:"system"`
}

func (h *handler) stamps(ctx context.Context, ix *index) (any, error) {
	people := ix.people[:100]
	byStaff, byEmployee, err := h.stampsOf(ctx, people, true)
	if err != nil {
		return nil, err
	}
	type row struct {
		*person

		Stamps nodes[stamp] `json:"stamps"`
	}
	rows := make([]row, len(people))
	for i, p := range people {
		rows[i] = row{person: p, Stamps: nodes[stamp]{first(append(byStaff[p.akashi], byEmployee[p.jobcan]...), 50)}}
	}
	return employees(rows), nil
}

// first is a page of rows by time.
func first(rows []stamp, n int) []stamp {
	slices.SortStableFunc(rows, func(a, b stamp) int { return a.OccurredAt.Compare(b.OccurredAt) })
	return rows[:min(n, len(rows))]
}

// stampsOf reads the day's stamps: batches of 50 from AKASHI, and from Jobcan a
// day of everybody or one person.
func (h *handler) stampsOf(
	ctx context.Context, people []*person, bulk bool,
) (map[akashi.StaffID][]stamp, map[jobcan.EmployeeID][]stamp, error) {
	from, err := time.Parse(time.RFC3339, day+"T05:00:00+09:00")
	if err != nil {
		return nil, nil, err
	}
	to := from.Add(24*time.Hour - time.Second)
	var ids []akashi.StaffID
	for _, p := range people {
		if p.akashi != 0 {
			ids = append(ids, p.akashi)
		}
	}
	batches := slices.Collect(slices.Chunk(ids, akashi.MaxStampStaffs))
	answers := make([][]akashi.StaffStamps, len(batches))
	var adits []jobcan.Adit
	g, ctx := errgroup.WithContext(ctx)
	for i, batch := range batches {
		g.Go(func() (err error) {
			answers[i], err = h.clients.akashi.MultipleStamps(ctx, batch, from, to)
			return err
		})
	}
	g.Go(func() (err error) {
		if bulk {
			adits, err = h.clients.jobcan.AditsOfDay(ctx, day)
		} else {
			adits, err = h.clients.jobcan.AditsOf(ctx, people[0].jobcan, day)
		}
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	byStaff, byEmployee := map[akashi.StaffID][]stamp{}, map[jobcan.EmployeeID][]stamp{}
	for _, answer := range answers {
		for _, s := range answer {
			for _, one := range s.Stamps {
				byStaff[s.StaffID] = append(byStaff[s.StaffID], stamp{one.StampedAt, stampKind(one.Type), "AKASHI"})
			}
		}
	}
	for _, a := range adits {
		byEmployee[a.EmployeeID] = append(byEmployee[a.EmployeeID], stamp{a.RecordedAt, string(a.Type), "JOBCAN"})
	}
	return byStaff, byEmployee, nil
}

func stampKind(n int) string {
	switch n {
	case akashi.StampIn:
		return "CLOCK_IN"
	case akashi.StampOut:
		return "CLOCK_OUT"
	case akashi.StampBreakStart:
		return "BREAK_START"
	case akashi.StampBreakEnd:
		return "BREAK_END"
	default:
		return "UNKNOWN"
	}
}

type record struct {
	Date          string     `json:"date"`
	StartAt       time.Time  `json:"startAt"`
	EndAt         time.Time  `json:"endAt"`
	WorkedMinutes int        `json:"workedMinutes"`
	Breaks        []interval `json:"breaks,omitempty"`
}

type interval struct {
	StartAt time.Time `json:"startAt"`
	EndAt   time.Time `json:"endAt"`
}

// records reads October: a call for 50 people, or with breaks for 50 people and
// a day.
func (h *handler) records(breaks bool) handFunc {
	return func(ctx context.Context, ix *index) (any, error) {
		people := ix.people[:100]
		var ids []akashi.StaffID
		for _, p := range people {
			if p.akashi != 0 {
				ids = append(ids, p.akashi)
			}
		}
		var queries []akashi.WorkingRecordsQuery
		for batch := range slices.Chunk(ids, akashi.MaxRecordStaffs) {
			if !breaks {
				queries = append(queries, akashi.WorkingRecordsQuery{StaffIDs: batch, From: "2026-10-01", To: "2026-10-31"})
				continue
			}
			for d := hr.NewDate(2026, 10, 1); d.Before(hr.NewDate(2026, 11, 1)); d = d.AddDays(1) {
				on := akashi.Date(d.String())
				queries = append(queries, akashi.WorkingRecordsQuery{StaffIDs: batch, From: on, To: on, Breaks: true})
			}
		}
		answers := make([][]akashi.StaffWorkingRecords, len(queries))
		g, ctx := errgroup.WithContext(ctx)
		for i, q := range queries {
			g.Go(func() (err error) { answers[i], err = h.clients.akashi.WorkingRecords(ctx, q); return err })
		}
		if err := g.Wait(); err != nil {
			return nil, err
		}
		byStaff := map[akashi.StaffID][]record{}
		for _, answer := range answers {
			for _, s := range answer {
				for _, w := range s.Records {
					byStaff[s.StaffID] = append(byStaff[s.StaffID], recordOf(w))
				}
			}
		}
		type row struct {
			*person

			WorkingRecords nodes[record] `json:"workingRecords"`
		}
		rows := make([]row, len(people))
		for i, p := range people {
			rows[i] = row{person: p, WorkingRecords: nodes[record]{byStaff[p.akashi]}}
		}
		return employees(rows), nil
	}
}

func recordOf(w akashi.WorkingRecord) record {
	r := record{Date: string(w.Date), StartAt: w.StartTime, EndAt: w.EndTime}
	r.WorkedMinutes = int(w.EndTime.Sub(w.StartTime).Minutes())
	for _, b := range w.Breaks {
		r.Breaks = append(r.Breaks, interval{b.StartTime, b.EndTime})
	}
	return r
}

type overtime struct {
	Month   string `json:"month"`
	Minutes int    `json:"minutes"`
	System  string `json:"system,omitempty"`
}

// overtimesOf reads the history of people, and keeps some months.
func (h *handler) overtimesOf(ctx context.Context, people []*person, from, to string) (map[string][]overtime, error) {
	var q carely.OvertimesQuery
	for _, p := range people {
		if p.carely != "" {
			q.EmployeeNumbers = append(q.EmployeeNumbers, p.number)
		}
	}
	answer, err := h.clients.carely.Overtimes(ctx, q)
	if err != nil {
		return nil, err
	}
	out := map[string][]overtime{}
	for _, o := range answer {
		month := o.YearMonth[:len("2026-10")]
		if o.Minute != nil && month >= from && month <= to {
			out[o.Customer.Uuid] = append(out[o.Customer.Uuid], overtime{Month: month, Minutes: *o.Minute})
		}
	}
	for _, rows := range out {
		slices.SortFunc(rows, func(a, b overtime) int { return cmp.Compare(a.Month, b.Month) })
	}
	return out, nil
}

func (h *handler) overtimes(ctx context.Context, ix *index) (any, error) {
	people := ix.people[:100]
	byUUID, err := h.overtimesOf(ctx, people, "2025-11", "2026-10")
	if err != nil {
		return nil, err
	}
	type row struct {
		*person

		Overtimes nodes[overtime] `json:"overtimes"`
	}
	rows := make([]row, len(people))
	for i, p := range people {
		rows[i] = row{person: p, Overtimes: nodes[overtime]{byUUID[p.carely]}}
	}
	return employees(rows), nil
}

type project struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type manhour struct {
	Date    string   `json:"date"`
	Minutes int      `json:"minutes"`
	Project *project `json:"project"`
}

// october reads everybody's man-hours and all projects, side by side.
func (h *handler) october(ctx context.Context) ([]akashi.StaffManhours, []akashi.Project, error) {
	var hours []akashi.StaffManhours
	var projects []akashi.Project
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		hours, err = h.clients.akashi.Manhours(ctx, "2026-10-01", "2026-10-31")
		return err
	})
	g.Go(func() (err error) {
		projects, err = h.clients.akashi.AllProjects(ctx, akashi.ProjectsQuery{})
		return err
	})
	err := g.Wait()
	slices.SortFunc(projects, func(a, b akashi.Project) int { return cmp.Compare(a.Code, b.Code) })
	return hours, projects, err
}

func (h *handler) manhours(ctx context.Context, ix *index) (any, error) {
	hours, projects, err := h.october(ctx)
	if err != nil {
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
		rows[i] = row{person: p, Manhours: nodes[manhour]{byStaff[p.akashi]}}
	}
	return employees(rows), nil
}

// tree answers the organisations with their people.
func (h *handler) tree(_ context.Context, ix *index) (any, error) {
	byUnit := map[string][]*person{}
	for _, p := range ix.people {
		byUnit[p.unit] = append(byUnit[p.unit], p)
	}
	type short struct {
		Code string `json:"code"`
		Name name   `json:"name"`
	}
	type row struct {
		Name      string       `json:"name"`
		Path      string       `json:"path"`
		Employees nodes[short] `json:"employees"`
	}
	rows := make([]row, len(h.units))
	for i, u := range h.units {
		rows[i] = row{Name: u.name, Path: u.path}
		for _, p := range byUnit[u.id] {
			rows[i].Employees.Nodes = append(rows[i].Employees.Nodes, short{p.Code, p.Name})
		}
	}
	return map[string]any{"organizations": nodes[row]{rows}}, nil
}

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
	g.Go(func() (err error) {
		hours, err = h.clients.akashi.Manhours(ctx, "2026-10-01", "2026-10-31")
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	type who struct {
		Code string `json:"code"`
		Name *name  `json:"name,omitempty"`
	}
	type member struct {
		IsOwner  bool `json:"isOwner"`
		Employee who  `json:"employee"`
	}
	type booked struct {
		Date     string `json:"date"`
		Minutes  int    `json:"minutes"`
		Employee who    `json:"employee"`
	}
	var row struct {
		Code     string        `json:"code"`
		Name     string        `json:"name"`
		Members  nodes[member] `json:"members"`
		Manhours nodes[booked] `json:"manhours"`
	}
	row.Code, row.Name = chosen.Code, chosen.Name
	for _, id := range members.StaffIDs {
		if p := ix.staff[id]; p != nil {
			row.Members.Nodes = append(row.Members.Nodes, member{
				IsOwner: slices.Contains(members.OwnerStaffIDs, id), Employee: who{p.Code, &p.Name},
			})
		}
	}
	for _, s := range hours {
		for _, d := range s.Dates {
			for _, p := range d.Projects {
				for _, item := range p.Items {
					if p.ProjectID == chosen.ID && len(row.Manhours.Nodes) < 300 && ix.staff[s.StaffID] != nil {
						row.Manhours.Nodes = append(row.Manhours.Nodes, booked{
							string(d.Date), item.Minutes, who{Code: ix.staff[s.StaffID].Code},
						})
					}
				}
			}
		}
	}
	return map[string]any{"projects": map[string]any{"nodes": []any{row}}}, nil
}

// readme answers the query of the README.
func (h *handler) readme(ctx context.Context, ix *index) (any, error) {
	at := slices.IndexFunc(ix.people, func(p *person) bool { return p.Code == "E00003" })
	people := ix.people[at : at+1]
	var byStaff map[akashi.StaffID][]stamp
	var byEmployee map[jobcan.EmployeeID][]stamp
	var byUUID map[string][]overtime
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { byStaff, byEmployee, err = h.stampsOf(ctx, people, false); return err })
	g.Go(func() (err error) { byUUID, err = h.overtimesOf(ctx, people, "2026-10", "2026-10"); return err })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	p := people[0]
	path := ""
	for _, u := range h.units {
		if u.id == p.unit {
			path = u.path
		}
	}
	rows := byUUID[p.carely]
	for i := range rows {
		rows[i].System = "CARELY"
	}
	return employees([]any{map[string]any{
		"code": p.Code, "name": map[string]string{"display": p.Name.Family + " " + p.Name.Given},
		"organization": map[string]string{"path": path},
		"stamps":       nodes[stamp]{first(append(byStaff[p.akashi], byEmployee[p.jobcan]...), 4)},
		"overtimes":    nodes[overtime]{rows},
	}}), nil
}
