package writes

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/reads"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store"
)

// Options configures a Writer.
type Options struct {
	Directory *directory.Directory
	// Reads forgets what a write touched.
	Reads  *reads.Reader
	Akashi []*sources.Akashi
	Carely []*sources.Carely
	// Documents keeps notes of what is deleted for a while.
	Documents store.Documents
}

// Writer writes. It is safe for concurrent use.
type Writer struct {
	dir    *directory.Directory
	reads  *reads.Reader
	akashi []*sources.Akashi
	carely []*sources.Carely
	docs   store.Documents
}

// New returns a Writer.
func New(opts Options) *Writer {
	return &Writer{
		dir: opts.Directory, reads: opts.Reads, akashi: opts.Akashi, carely: opts.Carely, docs: opts.Documents,
	}
}

// codeIn is the employee code as a record's system writes it, "" when unknown.
func (w *Writer) codeIn(ctx context.Context, ref hr.Ref) string {
	index, err := w.dir.Index(ctx)
	if err != nil {
		return ""
	}
	person, ok := index.Record(ref)
	if !ok {
		return ""
	}
	return person.Code
}

func notConnected(s hr.System) *fault.Error {
	return fault.Upstream(fault.NotConnected, string(s), "", "no link to this system is configured")
}

// staffOf finds the AKASHI link that knows an employee.
func (w *Writer) staffOf(e *hr.Employee) (*sources.Akashi, string, *fault.Error) {
	if len(w.akashi) == 0 {
		return nil, "", notConnected(hr.Akashi)
	}
	for _, a := range w.akashi {
		for _, l := range e.Links {
			if l.System == hr.Akashi && l.Link == a.Link().Name {
				return a, l.VendorID, nil
			}
		}
	}
	return nil, "", fault.New(fault.NotFound, "AKASHI has no record of this employee")
}

// projectOf finds the project that a row names.
func (w *Writer) projectOf(ctx context.Context, named Named) (*hr.Project, *fault.Error) {
	all, err := w.reads.Projects(ctx)
	if err != nil {
		return nil, fault.From(err)
	}
	for _, p := range all {
		if named.ID != nil && string(p.ID) == *named.ID || named.Code != nil && p.Code != nil && *p.Code == *named.Code {
			return p, nil
		}
	}
	return nil, fault.New(fault.NotFound, "no project has this id or code")
}

// taskOf finds the task of a project that a row names.
func (w *Writer) taskOf(ctx context.Context, project, task Named) (*hr.Project, *hr.Task, *fault.Error) {
	p, fe := w.projectOf(ctx, project)
	if fe != nil {
		return nil, nil, fe
	}
	lists, errs := w.reads.Tasks(ctx, []*hr.Project{p})
	if errs[0] != nil {
		return nil, nil, fault.From(errs[0])
	}
	for _, t := range lists[0] {
		if task.ID != nil && string(t.ID) == *task.ID || task.Code != nil && t.Code != nil && *t.Code == *task.Code {
			return p, t, nil
		}
	}
	return nil, nil, fault.New(fault.NotFound, "the project has no task of this id or code")
}
