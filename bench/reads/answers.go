package main

import (
	"cmp"
	"context"
	"slices"
	"strconv"
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

type stamp struct {
	OccurredAt time.Time `json:"occurredAt"`
	Kind       string    `json:"kind"`
	System     string    `json:"system"`
}

func (h *handler) stamps(ctx context.Context, ix *index) (any, error) {
	people := ix.people[:100]
	byStaff, byEmployee, err := h.stampsOf(ctx, people)
	if err != nil {
		return nil, err
	}
	type row struct {
		*person

		Stamps nodes[stamp] `json:"stamps"`
	}
	rows := make([]row, len(people))
	for i, p := range people {
		rows[i] = row{person: p, Stamps: rowsOf(first(append(byStaff[p.akashi], byEmployee[p.jobcan]...), 50))}
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
	ctx context.Context, people []*person,
) (map[akashi.StaffID][]stamp, map[jobcan.EmployeeID][]stamp, error) {
	from, err := time.Parse(time.RFC3339, day+"T05:00:00+09:00")
	if err != nil {
		return nil, nil, err
	}
	to := from.Add(24*time.Hour - time.Second)
	var ids []akashi.StaffID
	var punchers []jobcan.EmployeeID
	for _, p := range people {
		if p.akashi != 0 {
			ids = append(ids, p.akashi)
		}
		if p.jobcan != 0 {
			punchers = append(punchers, p.jobcan)
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
		switch len(punchers) {
		case 0:
		case 1:
			adits, err = h.clients.jobcan.AditsOf(ctx, punchers[0], day)
		default:
			adits, err = h.clients.jobcan.AditsOfDay(ctx, day)
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
		byEmployee[a.EmployeeID] = append(byEmployee[a.EmployeeID], stamp{a.RecordedAt, aditKind(a.Type), "JOBCAN"})
	}
	return byStaff, byEmployee, nil
}

func stampKind(n int) string {
	switch n {
	case akashi.StampIn:
		return "CLOCK_IN"
	case akashi.StampOut:
		return "CLOCK_OUT"
	case akashi.StampStraightTo:
		return "STRAIGHT_TO_SITE"
	case akashi.StampStraightHome:
		return "STRAIGHT_HOME"
	case akashi.StampBreakStart:
		return "BREAK_START"
	case akashi.StampBreakEnd:
		return "BREAK_END"
	default:
		return "UNKNOWN"
	}
}

func aditKind(t jobcan.AditType) string {
	switch t {
	case jobcan.WorkStart:
		return "CLOCK_IN"
	case jobcan.WorkEnd:
		return "CLOCK_OUT"
	case jobcan.RestStart:
		return "BREAK_START"
	case jobcan.RestEnd:
		return "BREAK_END"
	default:
		return "UNKNOWN"
	}
}

type worked struct {
	Date          string      `json:"date"`
	StartAt       *time.Time  `json:"startAt"`
	EndAt         *time.Time  `json:"endAt"`
	WorkedMinutes *int        `json:"workedMinutes"`
	Breaks        *[]interval `json:"breaks,omitempty"` // nil when they were not asked for
}

type interval struct {
	StartAt time.Time `json:"startAt"`
	EndAt   time.Time `json:"endAt"`
}

// recordsOf reads October: a call for 50 people, or with breaks for 50 people and
// a day.
func (h *handler) recordsOf(ctx context.Context, people []*person, breaks bool) (map[akashi.StaffID][]worked, error) {
	var ids []akashi.StaffID
	for _, p := range people {
		if p.akashi != 0 {
			ids = append(ids, p.akashi)
		}
	}
	var queries []akashi.WorkingRecordsQuery
	for batch := range slices.Chunk(ids, akashi.MaxRecordStaffs) {
		q := akashi.WorkingRecordsQuery{
			StaffIDs: batch, From: "2026-10-01", To: "2026-10-31", Breaks: breaks, NoRounding: true,
		}
		if !breaks {
			queries = append(queries, q)
			continue
		}
		for d := hr.NewDate(2026, 10, 1); d.Before(hr.NewDate(2026, 11, 1)); d = d.AddDays(1) {
			q.From, q.To = akashi.Date(d.String()), akashi.Date(d.String())
			queries = append(queries, q)
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
	byStaff := make(map[akashi.StaffID][]worked, len(ids))
	for _, answer := range answers {
		for _, s := range answer {
			for _, w := range s.Records {
				byStaff[s.StaffID] = append(byStaff[s.StaffID], workedOn(w, breaks))
			}
		}
	}
	return byStaff, nil
}

// records answers people with their October.
func (h *handler) records(breaks bool) handFunc {
	return func(ctx context.Context, ix *index) (any, error) {
		people := ix.people[:100]
		byStaff, err := h.recordsOf(ctx, people, breaks)
		if err != nil {
			return nil, err
		}
		type row struct {
			*person

			WorkingRecords nodes[worked] `json:"workingRecords"`
		}
		rows := make([]row, len(people))
		for i, p := range people {
			rows[i] = row{person: p, WorkingRecords: rowsOf(byStaff[p.akashi])}
		}
		return employees(rows), nil
	}
}

func workedOn(w akashi.WorkingRecord, breaks bool) worked {
	r := worked{Date: string(w.Date), StartAt: timeOrNull(w.StartTime), EndAt: timeOrNull(w.EndTime)}
	if w.StartTime.IsZero() == w.EndTime.IsZero() {
		r.WorkedMinutes = w.ActualWorkingMinutesNoRounding
	}
	if breaks {
		list := make([]interval, len(w.Breaks))
		for i, b := range w.Breaks {
			list[i] = interval{b.StartTime, b.EndTime}
		}
		r.Breaks = &list
	}
	return r
}

func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
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
		rows[i] = row{person: p, Overtimes: rowsOf(byUUID[p.carely])}
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
