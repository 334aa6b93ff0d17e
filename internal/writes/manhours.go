package writes

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// Man-hours are written a sheet at a time: one person, one day. AKASHI takes the
// items of a project as a set, and live clients report that a post did not take
// while items of other projects stood on the same day. So a sheet is read, the
// changed projects are posted with all their items, and the sheet is read again.
// Only when the post is seen not to have taken are the other projects' items
// deleted and everything posted anew; before the first deletion the sheet is
// noted in the store, so that whatever happens next, what stood there is known.

// maxDayMinutes is a whole day.
const maxDayMinutes = 24 * 60

// Named names a project or a task, by id or by code.
type Named struct{ ID, Code *string }

// ManhourRow is the time of one employee on one task on one day. Employee is nil
// when the caller named nobody whose man-hours they may write.
type ManhourRow struct {
	Employee      *hr.Employee
	Date          hr.Date
	Project, Task Named
	Minutes       int
}

// sheet is one person's day, with the rows that are about it.
type sheet struct {
	akashi *sources.Akashi
	staff  string
	date   hr.Date
	jobs   []manhourJob
	held   []*hr.Manhour
}

// manhourJob is a row that may be sent.
type manhourJob struct {
	row     int
	project hr.ProjectID
	task    hr.TaskID
	minutes int
}

// UpsertManhours sets the minutes of tasks on days. What AKASHI holds is read
// first; a sheet that differs costs one write and one read.
func (w *Writer) UpsertManhours(ctx context.Context, rows []ManhourRow) []Result[*hr.Manhour] {
	results := make([]Result[*hr.Manhour], len(rows))
	sheets := w.sheets(ctx, rows, results, func(m int) bool { return m >= 0 && m <= maxDayMinutes })
	w.eachSheet(ctx, sheets, results, w.putSheet)
	return results
}

// DeleteManhours removes the time of tasks on days; Minutes is not looked at.
func (w *Writer) DeleteManhours(ctx context.Context, rows []ManhourRow) []Result[*hr.Manhour] {
	results := make([]Result[*hr.Manhour], len(rows))
	sheets := w.sheets(ctx, rows, results, func(int) bool { return true })
	w.eachSheet(ctx, sheets, results, w.clearSheet)
	return results
}

// sheets checks rows and lays them out by person and day; what cannot be sent
// gets its result here.
func (w *Writer) sheets(
	ctx context.Context, rows []ManhourRow, results []Result[*hr.Manhour], fits func(minutes int) bool,
) []*sheet {
	var sheets []*sheet
	for i, row := range rows {
		if row.Employee == nil {
			results[i] = refused[*hr.Manhour](fault.NotFound, "no employee whose man-hours you may write is named so")
			continue
		}
		if !fits(row.Minutes) {
			results[i] = refused[*hr.Manhour](fault.BadUserInput, "minutes must be between 0 and %d", maxDayMinutes)
			continue
		}
		a, staff, err := w.staffOf(row.Employee)
		if err != nil {
			results[i] = Result[*hr.Manhour]{Outcome: hr.WriteRefused, Fault: err}
			continue
		}
		project, task, err := w.taskOf(ctx, row.Project, row.Task)
		if err != nil {
			results[i] = lost[*hr.Manhour](err)
			continue
		}
		at := slices.IndexFunc(sheets, func(s *sheet) bool {
			return s.akashi == a && s.staff == staff && s.date == row.Date
		})
		if at < 0 {
			at = len(sheets)
			sheets = append(sheets, &sheet{akashi: a, staff: staff, date: row.Date})
		}
		s := sheets[at]
		if earlier := slices.IndexFunc(s.jobs, func(j manhourJob) bool { return j.task == task.ID }); earlier >= 0 {
			results[i] = refused[*hr.Manhour](fault.BadUserInput,
				"row %d has the same employee, date and task", s.jobs[earlier].row)
			results[i].Outcome = hr.WriteConflict
			continue
		}
		s.jobs = append(s.jobs, manhourJob{row: i, project: project.ID, task: task.ID, minutes: row.Minutes})
	}
	return sheets
}

// eachSheet reads all sheets of a link with one call and works on them side by
// side.
func (w *Writer) eachSheet(
	ctx context.Context, sheets []*sheet, results []Result[*hr.Manhour],
	work func(context.Context, *sheet, []Result[*hr.Manhour]),
) {
	var running sync.WaitGroup
	places := make(chan struct{}, writesAtOnce)
	for _, a := range w.akashi {
		var mine []*sheet
		for _, s := range sheets {
			if s.akashi == a {
				mine = append(mine, s)
			}
		}
		if len(mine) == 0 {
			continue
		}
		if err := readSheets(ctx, a, mine); err != nil {
			for _, s := range mine {
				s.fail(results, Result[*hr.Manhour]{Outcome: hr.WriteFailed, Fault: fault.From(err)})
			}
			continue
		}
		for _, s := range mine {
			running.Go(func() {
				places <- struct{}{}
				defer func() { <-places }()
				work(ctx, s, results)
			})
		}
	}
	running.Wait()
	for _, a := range w.akashi {
		w.reads.ForgetManhours(ctx, a.Link())
	}
}

// readSheets reads what AKASHI holds: of the one person, or of everybody.
func readSheets(ctx context.Context, a *sources.Akashi, sheets []*sheet) error {
	period := hr.Period{From: sheets[0].date, To: sheets[0].date}
	who := sheets[0].staff
	for _, s := range sheets {
		if s.date.Before(period.From) {
			period.From = s.date
		}
		if period.To.Before(s.date) {
			period.To = s.date
		}
		if s.staff != who {
			who = ""
		}
	}
	all, err := a.Manhours(ctx, who, period)
	if err != nil {
		return err
	}
	for _, s := range sheets {
		for _, m := range all {
			if m.Staff.ID == s.staff && m.Date == s.date {
				s.held = append(s.held, m)
			}
		}
	}
	return nil
}

// fail gives all rows of the sheet that have no result yet the same one.
func (s *sheet) fail(results []Result[*hr.Manhour], r Result[*hr.Manhour]) {
	for _, j := range s.jobs {
		if results[j.row].Outcome == "" {
			results[j.row] = r
		}
	}
}

func on(held []*hr.Manhour, task hr.TaskID) *hr.Manhour {
	for _, m := range held {
		if m.TaskID == task {
			return m
		}
	}
	return nil
}

// settleKnown gives rows their result that need no write, and returns the others.
func (s *sheet) settleKnown(results []Result[*hr.Manhour], done func(m *hr.Manhour, j manhourJob) bool) []manhourJob {
	var open []manhourJob
	for _, j := range s.jobs {
		m := on(s.held, j.task)
		closed := slices.ContainsFunc(s.held, func(m *hr.Manhour) bool { return m.ProjectID == j.project && m.IsClosed })
		switch {
		case done(m, j):
			results[j.row] = Result[*hr.Manhour]{Outcome: hr.WriteSkippedSame, Value: m}
		case closed:
			results[j.row] = refused[*hr.Manhour](fault.UpstreamRefused, "the day's books are closed in AKASHI")
			results[j.row].Value = m
		default:
			open = append(open, j)
		}
	}
	return open
}

// putSheet writes the rows of one sheet.
func (w *Writer) putSheet(ctx context.Context, s *sheet, results []Result[*hr.Manhour]) {
	open := s.settleKnown(results, func(m *hr.Manhour, j manhourJob) bool { return m != nil && m.Minutes == j.minutes })
	if len(open) == 0 {
		return
	}
	touched := s.items(open, func(p hr.ProjectID) bool {
		return slices.ContainsFunc(open, func(j manhourJob) bool { return j.project == p })
	})
	sent := s.akashi.PutManhours(ctx, touched)
	after, err := s.again(ctx)
	if err != nil {
		s.fail(results, unread(sent, err))
		return
	}
	if sent == nil && !s.took(after, open) && len(s.others(open)) > 0 {
		if after, sent, err = w.replaceSheet(ctx, s, open); err != nil {
			s.fail(results, unread(sent, err))
			return
		}
	}
	s.report(results, open, after, sent)
}

// again reads the sheet anew.
func (s *sheet) again(ctx context.Context) ([]*hr.Manhour, error) {
	return s.akashi.Manhours(ctx, s.staff, hr.Period{From: s.date, To: s.date})
}

// items lists what the projects chosen shall hold: what they hold now, with the
// open rows laid over it.
func (s *sheet) items(open []manhourJob, chosen func(hr.ProjectID) bool) []sources.ManhourItem {
	var out []sources.ManhourItem
	add := func(project hr.ProjectID, task hr.TaskID, minutes int) {
		out = append(out, sources.ManhourItem{
			Staff: s.staff, Date: s.date, Project: vendorID(string(project)), Task: vendorTask(string(task)), Minutes: minutes,
		})
	}
	for _, m := range s.held {
		covered := slices.ContainsFunc(open, func(j manhourJob) bool { return j.task == m.TaskID })
		if chosen(m.ProjectID) && !covered {
			add(m.ProjectID, m.TaskID, m.Minutes)
		}
	}
	for _, j := range open {
		add(j.project, j.task, j.minutes)
	}
	return out
}

// others are the items of projects that no open row is about.
func (s *sheet) others(open []manhourJob) []*hr.Manhour {
	var out []*hr.Manhour
	for _, m := range s.held {
		if !slices.ContainsFunc(open, func(j manhourJob) bool { return j.project == m.ProjectID }) {
			out = append(out, m)
		}
	}
	return out
}

func (s *sheet) took(after []*hr.Manhour, open []manhourJob) bool {
	for _, j := range open {
		if m := on(after, j.task); m == nil || m.Minutes != j.minutes {
			return false
		}
	}
	return true
}

// report gives each open row its result by what was read back.
func (s *sheet) report(results []Result[*hr.Manhour], open []manhourJob, after []*hr.Manhour, sent error) {
	for _, j := range open {
		now, before := on(after, j.task), on(s.held, j.task)
		switch {
		case now != nil && now.Minutes == j.minutes:
			results[j.row] = Result[*hr.Manhour]{Outcome: hr.WriteApplied, Value: now}
		case sent != nil:
			results[j.row] = lost[*hr.Manhour](sent)
			if results[j.row].Outcome == hr.WriteUnknown && sameMinutes(now, before) {
				results[j.row].Outcome = hr.WriteFailed
			}
			results[j.row].Value = now
		default:
			results[j.row] = Result[*hr.Manhour]{Outcome: hr.WritePending, Value: now, Fault: fault.Upstream(
				fault.UpstreamBadResponse, string(hr.Akashi), s.akashi.Link().Name,
				"AKASHI took the row but does not show it; look again before trying again")}
		}
	}
}

func sameMinutes(a, b *hr.Manhour) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Minutes == b.Minutes
}

// unread is the result of a write that could not be read back.
func unread(sent, err error) Result[*hr.Manhour] {
	if sent != nil {
		return lost[*hr.Manhour](sent)
	}
	return Result[*hr.Manhour]{Outcome: hr.WriteUnknown, Fault: fault.From(err)}
}

// clearSheet deletes the rows of one sheet, one call each.
func (w *Writer) clearSheet(ctx context.Context, s *sheet, results []Result[*hr.Manhour]) {
	open := s.settleKnown(results, func(m *hr.Manhour, _ manhourJob) bool { return m == nil })
	sent := make([]error, len(open))
	for i, j := range open {
		sent[i] = s.akashi.DeleteManhours(ctx, s.staff, s.date, vendorID(string(j.project)), vendorTask(string(j.task)))
	}
	if len(open) == 0 {
		return
	}
	after, err := s.again(ctx)
	for i, j := range open {
		now := on(after, j.task)
		switch {
		case err != nil:
			results[j.row] = unread(sent[i], err)
		case now == nil || now.Minutes == 0:
			results[j.row] = Result[*hr.Manhour]{Outcome: hr.WriteApplied, Value: now}
		case sent[i] != nil:
			results[j.row] = lost[*hr.Manhour](sent[i])
			if results[j.row].Outcome == hr.WriteUnknown {
				results[j.row].Outcome = hr.WriteFailed
			}
			results[j.row].Value = now
		default:
			results[j.row] = Result[*hr.Manhour]{Outcome: hr.WritePending, Value: now}
		}
	}
}

// vendorID is the vendor's id inside a global id that the directory or a list of
// AKASHI gave.
func vendorID(id string) string {
	_, ref, err := hr.DecodeID(id)
	if err != nil {
		return ""
	}
	return ref.ID
}

// vendorTask is the task's part of a task's record id, which names the project
// too.
func vendorTask(id string) string {
	_, task, _ := strings.Cut(vendorID(id), "/")
	return task
}
