package sources

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// ManhourItem is the time of one staff on one task on one day, in the vendor's
// ids.
type ManhourItem struct {
	Staff   string  `json:"staff_id"`
	Project string  `json:"project_id"`
	Task    string  `json:"task_id"`
	Date    hr.Date `json:"date"`
	Minutes int     `json:"minutes"`
}

// VendorMessage is what a vendor said when it refused, "" when it said nothing.
// It may hold personal values: it is for whoever asked, never for a log.
func VendorMessage(err error) string {
	refusal, ok := errors.AsType[*akashi.Refusal](err)
	if !ok {
		return ""
	}
	var said []string
	for _, e := range refusal.Errors {
		if e.Message != "" {
			said = append(said, e.Message)
		}
	}
	return strings.Join(said, " ")
}

// PutManhours sets the minutes of some items: one call (6.26). Whether they took
// must be read back.
func (a *Akashi) PutManhours(ctx context.Context, items []ManhourItem) error {
	rows := make([]akashi.ManhourRow, len(items))
	for i, item := range items {
		staff, project, task, err := a.manhourIDs(item.Staff, item.Project, item.Task)
		if err != nil {
			return err
		}
		rows[i] = akashi.ManhourRow{
			StaffID: staff, Date: akashi.Date(item.Date.String()), ProjectID: project, TaskID: task, Minutes: item.Minutes,
		}
	}
	_, err := a.client.PutManhours(ctx, rows)
	return err
}

func (a *Akashi) manhourIDs(staff, project, task string) (akashi.StaffID, akashi.ProjectID, akashi.TaskID, error) {
	s, err := a.number(staff)
	if err != nil {
		return 0, 0, 0, err
	}
	p, err := a.number(project)
	if err != nil {
		return 0, 0, 0, err
	}
	t, err := a.number(task)
	return akashi.StaffID(s), akashi.ProjectID(p), akashi.TaskID(t), err
}

// DeleteManhours removes the time of one task, or of all tasks of the project
// when task is "": one call (6.27).
func (a *Akashi) DeleteManhours(ctx context.Context, staff string, d hr.Date, project, task string) error {
	one := task
	if task == "" {
		one = "1"
	}
	s, p, t, err := a.manhourIDs(staff, project, one)
	if err != nil {
		return err
	}
	deletion := akashi.ManhourDeletion{
		StaffID: s, Date: akashi.Date(d.String()), ProjectID: p, TaskID: t, AllTasks: task == "",
	}
	if task == "" {
		deletion.TaskID = 0
	}
	_, err = a.client.DeleteManhours(ctx, deletion)
	return err
}

// ProjectInput is a project to make or to change. Nil leaves a text alone.
type ProjectInput struct {
	// ID is the vendor's id of the project to change, "" makes a new one.
	ID                                               string
	Name                                             string
	ShortName, NameEnglish, ShortNameEnglish, Remark *string
	Code                                             *string
	StartsOn, EndsOn                                 *hr.Date
}

// PutProject makes or changes a project and returns its id: one call (6.18).
func (a *Akashi) PutProject(ctx context.Context, in ProjectInput) (hr.ProjectID, error) {
	row := akashi.ProjectInput{
		NameJa: in.Name, ShortNameJa: in.ShortName, NameEn: in.NameEnglish, ShortNameEn: in.ShortNameEnglish,
		ProjectCode: in.Code, Remarks: in.Remark, StartDate: akashiDate(in.StartsOn), EndDate: akashiDate(in.EndsOn),
	}
	if in.ID != "" {
		n, err := a.number(in.ID)
		if err != nil {
			return "", err
		}
		row.ProjectID = akashi.ProjectID(n)
	}
	res, err := a.client.PutProjects(ctx, []akashi.ProjectInput{row})
	if err != nil {
		return "", err
	}
	if v := res.Rows[0].Value; v != nil {
		return a.projectID(v.ID), nil
	}
	return "", a.unclear(res.Rows[0].State, res.Rows[0].Errors)
}

func akashiDate(d *hr.Date) *akashi.Date {
	if d == nil {
		return nil
	}
	text := akashi.Date(d.String())
	return &text
}

// unclear is the error of a row without a value.
func (a *Akashi) unclear(state akashi.State, said []akashi.VendorError) error {
	f := fault.Upstream(fault.UpstreamBadResponse, string(hr.Akashi), a.name.Name,
		"the answer does not tell what became of the row")
	if state == akashi.Refused {
		f = fault.Upstream(fault.UpstreamRefused, string(hr.Akashi), a.name.Name, "AKASHI refuses the row")
	}
	if len(said) > 0 {
		f.VendorCode = said[0].Code
	}
	return f.Because(&akashi.Refusal{Errors: said})
}

// TaskInput is a task to make or to change. Nil leaves a value alone.
type TaskInput struct {
	// ID is the vendor's id of the task to change, "" makes a new one.
	ID                                          string
	Name                                        string
	Code                                        *string
	Position, EstimatedMinutes, EstimatedAmount *int
	IsFinished                                  *bool
}

// PutTask makes or changes a task of a project and returns its id: one call
// (6.22).
func (a *Akashi) PutTask(ctx context.Context, project string, in TaskInput) (hr.TaskID, error) {
	p, err := a.number(project)
	if err != nil {
		return "", err
	}
	row := akashi.TaskInput{
		Name: in.Name, Code: in.Code, Index: in.Position, EstimatedMinutes: in.EstimatedMinutes,
		EstimatedAmount: in.EstimatedAmount, IsFinished: in.IsFinished,
	}
	if in.ID != "" {
		n, err := a.number(in.ID)
		if err != nil {
			return "", err
		}
		row.TaskID = akashi.TaskID(n)
	}
	res, err := a.client.PutTasks(ctx, akashi.ProjectID(p), []akashi.TaskInput{row})
	if err != nil {
		return "", err
	}
	if v := res.Rows[0].Value; v != nil {
		return hr.TaskID(hr.EncodeID(hr.KindTask, a.taskRef(akashi.ProjectID(p), v.ID))), nil
	}
	return "", a.unclear(res.Rows[0].State, res.Rows[0].Errors)
}

// Stamp stamps as one staff, with that staff's own token, and never twice: one
// call (6.6). A nil kind lets AKASHI choose between in and out. An answer about
// another staff than the one meant is UpstreamBadResponse: the token is somebody
// else's, and somebody else was stamped.
func (a *Akashi) Stamp(ctx context.Context, staff string, kind *hr.StampKind) (*hr.Stamp, error) {
	client, ok := a.personal(ctx, staff)
	if !ok {
		return nil, fault.Upstream(fault.PersonalTokenNeeded, string(hr.Akashi), a.name.Name,
			"AKASHI stamps the owner of the token; give the person's own token to the gateway in the employee tokens file")
	}
	var req akashi.StampRequest
	if kind != nil {
		n, ok := stampType(*kind)
		if !ok {
			return nil, fault.New(fault.BadUserInput, "this kind of stamp cannot be made")
		}
		req.Type = n
	}
	got, err := client.Stamp(ctx, req)
	if err != nil {
		return nil, err
	}
	if strconv.FormatInt(int64(got.StaffID), 10) != staff {
		return nil, fault.Upstream(fault.UpstreamBadResponse, string(hr.Akashi), a.name.Name,
			"another person was stamped: the token belongs to them; correct the stamp in AKASHI and the employee tokens file")
	}
	return &hr.Stamp{
		OccurredAt: got.StampedAt.In(hr.JST), LaborDate: a.day.LaborDate(got.StampedAt), Kind: stampKind(got.Type),
		System: hr.Akashi, Link: a.name.Name,
	}, nil
}

// stampType is the reverse of stampKind.
func stampType(kind hr.StampKind) (int, bool) {
	for _, n := range akashi.StampTypes() {
		if stampKind(n) == kind {
			return n, true
		}
	}
	return 0, false
}
