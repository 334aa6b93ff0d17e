package writes

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// ProjectRow is a project to make or to change. Nil leaves a value alone.
type ProjectRow struct {
	// ID names the project to change; without it a project with Code is changed,
	// and where there is none one is made.
	ID                                                *string
	Code                                              *string
	Name                                              string
	ShortName, NameEnglish, ShortNameEnglish, Remarks *string
	StartsOn, EndsOn                                  *hr.Date
}

// UpsertProjects makes and changes projects, one after another, since two rows
// may be about the same name. What is there already costs no write.
func (w *Writer) UpsertProjects(ctx context.Context, rows []ProjectRow) []Result[*hr.Project] {
	results := make([]Result[*hr.Project], len(rows))
	for i, row := range rows {
		results[i] = w.upsertProject(ctx, row)
	}
	return results
}

func (w *Writer) upsertProject(ctx context.Context, row ProjectRow) Result[*hr.Project] {
	held, fe := w.projectOf(ctx, Named{ID: row.ID, Code: row.Code})
	if fe != nil && (fe.Code != fault.NotFound || row.ID != nil) {
		return lost[*hr.Project](fe)
	}
	if held != nil && row.fits(held) {
		return Result[*hr.Project]{Outcome: hr.WriteSkippedSame, Value: held}
	}
	if len(w.akashi) == 0 {
		return lost[*hr.Project](notConnected(hr.Akashi))
	}
	a := w.akashi[0]
	in := sources.ProjectInput{
		Name: row.Name, Code: row.Code, ShortName: row.ShortName, NameEnglish: row.NameEnglish,
		ShortNameEnglish: row.ShortNameEnglish, Remark: row.Remarks, StartsOn: row.StartsOn, EndsOn: row.EndsOn,
	}
	if held != nil {
		in.ID = held.Ref.ID
		for _, other := range w.akashi {
			if other.Link() == held.Ref.Link {
				a = other
			}
		}
	}
	id, sent := a.PutProject(ctx, in)
	w.reads.ForgetProjects(ctx, a.Link())
	named := Named{Code: row.Code}
	if sent == nil {
		named = Named{ID: (*string)(&id)}
	} else if held != nil {
		named = Named{ID: (*string)(&held.ID)}
	}
	now, fe := w.projectOf(ctx, named)
	return readBack(sent, now, fe, held, row.told().fits)
}

// fits tells whether a project holds all that the row says. The English names
// are never told by AKASHI, so a row that gives them never fits.
func (r ProjectRow) fits(p *hr.Project) bool {
	return p.Name == r.Name && sameText(r.Code, p.Code) && sameText(r.ShortName, p.ShortName) &&
		sameText(r.Remarks, p.Remarks) && sameDate(r.StartsOn, p.StartsOn) && sameDate(r.EndsOn, p.EndsOn) &&
		r.NameEnglish == nil && r.ShortNameEnglish == nil
}

// told is the row without what is never told.
func (r ProjectRow) told() ProjectRow {
	r.NameEnglish, r.ShortNameEnglish = nil, nil
	return r
}

func sameText(want, have *string) bool {
	return want == nil || have != nil && *want == *have || have == nil && *want == ""
}

func sameDate(want, have *hr.Date) bool { return want == nil || have != nil && *want == *have }

// readBack tells what became of a row by the error of its write and by what is
// there now; before is what was there, nil for nothing.
func readBack[T any](sent error, now *T, unread *fault.Error, before *T, fits func(*T) bool) Result[*T] {
	gone := unread != nil && unread.Code == fault.NotFound
	switch {
	case unread != nil && !gone:
		r := lost[*T](sent)
		if sent == nil {
			r.Fault = unread
		}
		return r
	case now != nil && fits(now):
		return Result[*T]{Outcome: hr.WriteApplied, Value: now}
	case sent != nil:
		r := lost[*T](sent)
		if r.Outcome == hr.WriteUnknown && (gone && before == nil || now != nil && before != nil && !fits(now)) {
			r.Outcome = hr.WriteFailed
		}
		r.Value = now
		return r
	default:
		return Result[*T]{Outcome: hr.WritePending, Value: now, Fault: fault.New(fault.UpstreamBadResponse,
			"the system took the row but does not show it; look again before trying again")}
	}
}

// TaskRow is a task to make or to change. Nil leaves a value alone.
type TaskRow struct {
	Project Named
	// ID names the task to change; without it a task with Code is changed, and
	// where there is none one is made.
	ID, Code                                    *string
	Name                                        string
	Position, EstimatedMinutes, EstimatedAmount *int
	IsFinished                                  *bool
}

// UpsertTasks makes and changes tasks, one after another.
func (w *Writer) UpsertTasks(ctx context.Context, rows []TaskRow) []Result[*hr.Task] {
	results := make([]Result[*hr.Task], len(rows))
	for i, row := range rows {
		results[i] = w.upsertTask(ctx, row)
	}
	return results
}

func (w *Writer) upsertTask(ctx context.Context, row TaskRow) Result[*hr.Task] {
	project, fe := w.projectOf(ctx, row.Project)
	if fe != nil {
		return lost[*hr.Task](fe)
	}
	own := Named{ID: (*string)(&project.ID)}
	_, held, fe := w.taskOf(ctx, own, Named{ID: row.ID, Code: row.Code})
	if fe != nil && (fe.Code != fault.NotFound || row.ID != nil) {
		return lost[*hr.Task](fe)
	}
	if held != nil && row.fits(held) {
		return Result[*hr.Task]{Outcome: hr.WriteSkippedSame, Value: held}
	}
	in := sources.TaskInput{
		Name: row.Name, Code: row.Code, Position: row.Position, EstimatedMinutes: row.EstimatedMinutes,
		EstimatedAmount: row.EstimatedAmount, IsFinished: row.IsFinished,
	}
	if held != nil {
		in.ID = vendorTask(string(held.ID))
	}
	a := w.akashi[0]
	for _, other := range w.akashi {
		if other.Link() == project.Ref.Link {
			a = other
		}
	}
	id, sent := a.PutTask(ctx, project.Ref.ID, in)
	w.reads.ForgetProjects(ctx, a.Link())
	named := Named{Code: row.Code}
	if sent == nil {
		named = Named{ID: (*string)(&id)}
	} else if held != nil {
		named = Named{ID: (*string)(&held.ID)}
	}
	_, now, fe := w.taskOf(ctx, own, named)
	return readBack(sent, now, fe, held, row.fits)
}

// fits tells whether a task holds all that the row says.
func (r TaskRow) fits(t *hr.Task) bool {
	return t.Name == r.Name && sameText(r.Code, t.Code) && sameValue(r.Position, t.Position) &&
		sameValue(r.EstimatedMinutes, t.EstimatedMinutes) && sameValue(r.EstimatedAmount, t.EstimatedAmount) &&
		(r.IsFinished == nil || *r.IsFinished == t.IsFinished)
}

func sameValue[T comparable](want, have *T) bool { return want == nil || have != nil && *want == *have }
