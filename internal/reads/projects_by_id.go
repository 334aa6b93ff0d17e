package reads

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// AKASHI lists projects and tasks cheaply, a page of 50 at a time, and finds one
// by id at the price of a whole page. So what is looked up by id is looked up in
// the lists, which stay cached.

// ProjectByID returns the project of an id, or NotFound.
func (r *Reader) ProjectByID(ctx context.Context, id hr.ProjectID) (*hr.Project, error) {
	all, err := r.Projects(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.ID == id {
			return p, nil
		}
	}
	if p := rehearsed(ctx, nil, sampleProject(r.akashi[0].Link(), 1)); p != nil {
		return p, nil
	}
	return nil, fault.New(fault.NotFound, "no project has this id")
}

// ProjectsByID returns the project of each id, nil for one that is gone.
func (r *Reader) ProjectsByID(ctx context.Context, ids []hr.ProjectID) ([]*hr.Project, error) {
	all, err := r.Projects(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[hr.ProjectID]*hr.Project, len(all))
	for _, p := range all {
		byID[p.ID] = p
	}
	out := make([]*hr.Project, len(ids))
	for i, id := range ids {
		out[i] = rehearsed(ctx, byID[id], sampleProject(r.akashi[0].Link(), 1))
	}
	return out, nil
}

// TasksByID returns the task of each id, nil for one that is gone; one list for
// each project that they belong to.
func (r *Reader) TasksByID(ctx context.Context, ids []hr.TaskID) ([]*hr.Task, []error) {
	// Many ids are of few tasks, of fewer projects.
	type found struct {
		list int // of the project
		task *hr.Task
		err  error
	}
	tasks := make(map[hr.TaskID]*found)
	lists := make(map[hr.ProjectID]int)
	var projects []*hr.Project
	for _, id := range ids {
		if tasks[id] != nil {
			continue
		}
		f := &found{list: -1}
		tasks[id] = f
		owner, err := projectOfTask(id)
		if err != nil {
			f.err = fault.New(fault.NotFound, "no task has this id").Because(err)
			continue
		}
		at, known := lists[owner.ID]
		if !known {
			at = len(projects)
			projects, lists[owner.ID] = append(projects, owner), at
		}
		f.list = at
	}
	rows, errs := r.Tasks(ctx, projects)
	for _, list := range rows {
		for _, t := range list {
			if f := tasks[t.ID]; f != nil {
				f.task = t
			}
		}
	}
	out, outErrs := make([]*hr.Task, len(ids)), make([]error, len(ids))
	for i, id := range ids {
		f := tasks[id]
		if out[i], outErrs[i] = f.task, f.err; f.list >= 0 {
			outErrs[i] = errs[f.list]
		}
	}
	return out, outErrs
}

// projectOfTask is the project that a task's id names, so far as it can be asked for.
func projectOfTask(id hr.TaskID) (*hr.Project, error) {
	_, ref, err := hr.DecodeID(string(id))
	if err != nil {
		return nil, err
	}
	owner, err := sources.ProjectOfTask(ref)
	if err != nil {
		return nil, err
	}
	_, ref, err = hr.DecodeID(string(owner))
	return &hr.Project{ID: owner, Ref: ref}, err
}

// TaskByID returns the task of a record, or NotFound.
func (r *Reader) TaskByID(ctx context.Context, ref hr.Ref) (*hr.Task, error) {
	tasks, errs := r.TasksByID(ctx, []hr.TaskID{hr.TaskID(hr.EncodeID(hr.KindTask, ref))})
	if errs[0] != nil {
		return nil, errs[0]
	}
	if tasks[0] == nil {
		return nil, fault.New(fault.NotFound, "no task has this id")
	}
	return tasks[0], nil
}

// ProjectsOf returns the projects that each employee takes part in.
func (r *Reader) ProjectsOf(
	ctx context.Context, people []*hr.Employee, period hr.Period,
) ([][]*hr.Project, []error) {
	if len(r.staffOf(ctx, people).refs) > 1 {
		for _, a := range r.akashi {
			r.projectsAhead(ctx, a)
		}
	}
	parts, errs := r.Participations(ctx, people, period)
	var ids []hr.ProjectID
	for _, list := range parts {
		for _, p := range list {
			ids = append(ids, p.Project)
		}
	}
	out := make([][]*hr.Project, len(people))
	if len(ids) == 0 {
		return out, errs
	}
	projects, err := r.ProjectsByID(ctx, ids)
	for i, list := range parts {
		if len(list) > 0 && err != nil {
			errs[i] = err
			continue
		}
		for j := range list {
			if projects[j] != nil {
				out[i] = append(out[i], projects[j])
			}
		}
		projects = projects[min(len(list), len(projects)):]
	}
	return out, errs
}

// TasksOf returns the tasks open to each employee in those projects.
func (r *Reader) TasksOf(
	ctx context.Context, people []*hr.Employee, period hr.Period,
) ([][]*hr.Task, []error) {
	parts, errs := r.Participations(ctx, people, period)
	var ids []hr.TaskID
	for _, list := range parts {
		for _, p := range list {
			ids = append(ids, p.Tasks...)
		}
	}
	tasks, taskErrs := r.TasksByID(ctx, ids)
	out := make([][]*hr.Task, len(people))
	next := 0
	for i, list := range parts {
		for _, p := range list {
			for range p.Tasks {
				if taskErrs[next] != nil && errs[i] == nil {
					errs[i] = taskErrs[next]
				}
				if tasks[next] != nil {
					out[i] = append(out[i], tasks[next])
				}
				next++
			}
		}
	}
	return out, errs
}
