package resolvers

import (
	"context"
	"sync"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/access"
	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// asking is who asks, worked out once an operation from the caller and the
// directory, so that all fields of an answer are cut by the same facts.
type asking struct {
	index *directory.Index
	facts access.Facts
	self  *hr.Employee
	// doubt is set when it is not known who the caller is, or what a manager
	// manages, so that lists are shorter than they should be.
	doubt *fault.Error
}

type operationKey struct{}

// operation computes asking at most once.
type operation struct {
	caller access.Caller
	once   sync.Once
	who    *asking
	err    error
}

// Begin prepares ctx for one operation of a caller. The server's edge calls it
// before execution.
func Begin(ctx context.Context, caller access.Caller) context.Context {
	return context.WithValue(ctx, operationKey{}, &operation{caller: caller})
}

// callerOf returns who asks. Without Begin nobody does, and nobody sees anything.
func callerOf(ctx context.Context) (access.Caller, error) {
	op, ok := ctx.Value(operationKey{}).(*operation)
	if !ok || op.caller.Role == "" {
		return access.Caller{}, fault.New(fault.Unauthenticated,
			"no caller is known; send Authorization: Bearer and your token")
	}
	return op.caller, nil
}

// asking returns the facts about the caller of this operation.
func (r *Root) asking(ctx context.Context) (*asking, error) {
	caller, err := callerOf(ctx)
	if err != nil {
		return nil, err
	}
	op, _ := ctx.Value(operationKey{}).(*operation) // callerOf found it
	op.once.Do(func() { op.who, op.err = r.findOut(ctx, caller) })
	return op.who, op.err
}

func (r *Root) findOut(ctx context.Context, caller access.Caller) (*asking, error) {
	index, err := r.Directory.Index(ctx)
	if err != nil {
		return nil, err
	}
	who := &asking{index: index, facts: access.Facts{Role: caller.Role}}
	if who.self, who.doubt = index.Self(caller.EmployeeCode); who.self != nil {
		who.facts.Self = who.self.ID
	}
	if who.facts.Role != access.Manager || who.self == nil {
		return who, nil
	}
	managed, known, err := r.Directory.Managed(ctx, who.self)
	if err != nil {
		return nil, err
	}
	if known {
		who.facts.Managed = managed
	} else {
		who.doubt = fault.New(fault.UpstreamUnavailable,
			"no system tells the organisations now, so only your own record is shown; try again later")
	}
	return who, nil
}

// me returns the employee whom the caller's key names; why says, as the end of a
// sentence, what follows if it names nobody.
func (w *asking) me(why string) (*hr.Employee, error) {
	switch {
	case w.self != nil:
		return w.self, nil
	case w.doubt != nil:
		return nil, w.doubt
	}
	return nil, fault.New(fault.Forbidden, "your key names no employee, so %s", why)
}

// people returns everybody the caller may see, in order, and reports doubt.
func (w *asking) people(ctx context.Context) []*hr.Employee {
	if w.doubt != nil && !w.facts.SeesEveryone() {
		exec.Report(ctx, w.doubt)
	}
	return w.facts.Visible(w.index.Employees)
}

// employee returns the visible employee of an id.
func (w *asking) employee(id hr.EmployeeID) (*hr.Employee, error) {
	if e, ok := w.index.ByID(id); ok && w.facts.MaySee(e) {
		return e, nil
	}
	return nil, w.missing("id")
}

// named returns the visible employee that an argument names.
func (w *asking) named(by model.EmployeeRef) (*hr.Employee, error) {
	if by.ID != nil {
		if err := idOf(*by.ID, hr.KindEmployee); err != nil {
			return nil, err
		}
		return w.employee(hr.EmployeeID(*by.ID))
	}
	if by.Code != nil {
		if e, ok := w.index.ByCode(*by.Code); ok && w.facts.MaySee(e) {
			return e, nil
		}
	}
	return nil, w.missing("code")
}

// missing is why an employee is not shown: nobody is there who may be seen, or
// that is not known now.
func (w *asking) missing(what string) error {
	if w.doubt != nil && !w.facts.SeesEveryone() {
		return w.doubt
	}
	return fault.New(fault.NotFound, "no employee whom you may see has this %s", what)
}
