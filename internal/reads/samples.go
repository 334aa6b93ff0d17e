package reads

import (
	"context"
	"strconv"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/plan"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// Samples are rows for a rehearsal, which asks nobody: what is asked for below
// them is priced as if they were real. They matter only where a row leads to
// further calls.

// sample invents rows for a cell.
func sample[T any](k lookup.Key) []T {
	var rows any
	link, project := k.Link(), sampleProject(k.Link(), 1)
	switch any([]T(nil)).(type) {
	case []*hr.Project:
		// As many as a page of AKASHI's list.
		list := make([]*hr.Project, plan.Documented().AkashiProjects.Page)
		for i := range list {
			list[i] = sampleProject(link, i+1)
		}
		rows = list
	case []*hr.Task:
		rows = []*hr.Task{{
			ID: sampleTask(link, k.Subject()), System: link.System, Link: link.Name,
			ProjectID: hr.ProjectID(hr.EncodeID(hr.KindProject, hr.Ref{Link: link, ID: k.Subject()})),
		}}
	case []sources.Member:
		rows = []sources.Member{{Staff: hr.Ref{Link: link, ID: lookup.Everybody}}}
	case []sources.Participation:
		rows = []sources.Participation{{Project: project.ID, Tasks: []hr.TaskID{sampleTask(link, project.Ref.ID)}}}
	case []*hr.Manhour:
		rows = []*hr.Manhour{{
			Date: k.Date(), System: link.System, Link: link.Name, Staff: hr.Ref{Link: link, ID: k.Subject()},
			ProjectID: project.ID, TaskID: sampleTask(link, project.Ref.ID),
		}}
	}
	list, _ := rows.([]T)
	return list
}

func sampleProject(link hr.Link, n int) *hr.Project {
	ref := hr.Ref{Link: link, ID: "sample" + strconv.Itoa(n)} // no system's: nobody has read it
	return &hr.Project{
		ID: hr.ProjectID(hr.EncodeID(hr.KindProject, ref)), Ref: ref, System: link.System, Link: link.Name,
	}
}

func sampleTask(link hr.Link, project string) hr.TaskID {
	return hr.TaskID(hr.EncodeID(hr.KindTask, hr.Ref{Link: link, ID: project + "/1"}))
}

// rehearsed returns found, or in a rehearsal the sample where nothing was found.
func rehearsed[T any](ctx context.Context, found, sample *T) *T {
	if found == nil && price.From(ctx).Rehearsing() {
		return sample
	}
	return found
}
