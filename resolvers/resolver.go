// Package resolvers answers the resolver fields of the schema: one short method
// a field, in the file that has the name of the field's schema file. A method
// asks a room below and returns.
//
// The executor calls a method once for all its parents, so each returns one
// result for each of objs, in order.
//
// resolvers imports graph, internal/access, internal/reads, internal/writes,
// internal/native, internal/directory, internal/price and internal/hr. It knows no
// HTTP, no Redis, no vendor.
package resolvers

import (
	"context"
	"time"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/graph/generated"
	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/native"
	"github.com/hitotsu/hitotsu/internal/reads"
	"github.com/hitotsu/hitotsu/internal/writes"
)

// Root holds the rooms that resolvers ask. All fields are needed.
type Root struct {
	Directory *directory.Directory
	Reads     *reads.Reader
	Writes    *writes.Writer
	// Native is what only one vendor has.
	Native *native.Native
	// AkashiTokens keeps the employees' own tokens of AKASHI.
	AkashiTokens AkashiTokens
	// Systems tells the state of every link.
	Systems func(ctx context.Context) []*model.SystemLink
	// Explain prices a document without asking any system.
	Explain func(ctx context.Context, document, variables, operationName string) (*model.Explanation, error)
}

// AkashiTokens keeps the employees' own tokens of AKASHI. A token belongs to a
// record of AKASHI.
type AkashiTokens interface {
	// Link stores a token if it is the record's own, and returns when it ends;
	// zero when that is not known.
	Link(ctx context.Context, ref hr.Ref, token string) (time.Time, error)
	// Unlink forgets a token and tells whether there was one.
	Unlink(ctx context.Context, ref hr.Ref) (bool, error)
}

var _ generated.ResolverRoot = (*Root)(nil)

type (
	queryResolver        struct{ *Root }
	mutationResolver     struct{ *Root }
	employeeResolver     struct{ *Root }
	organizationResolver struct{ *Root }
	overtimeResolver     struct{ *Root }
	projectResolver      struct{ *Root }
	taskResolver         struct{ *Root }
	manhourResolver      struct{ *Root }
	viewerResolver       struct{ *Root }
	akashiResolver       struct{ *Root }
	akashiWritesResolver struct{ *Root }
	jobcanResolver       struct{ *Root }
	carelyResolver       struct{ *Root }
	carelyWritesResolver struct{ *Root }
	jobcanWritesResolver struct{ *Root }
	yesodResolver        struct{ *Root }
	yesodWritesResolver  struct{ *Root }
)

// Query answers the root fields.
func (r *Root) Query() generated.QueryResolver { return queryResolver{r} }

// Mutation answers the writes.
func (r *Root) Mutation() generated.MutationResolver { return mutationResolver{r} }

// Employee answers the fields of Employee.
func (r *Root) Employee() generated.EmployeeResolver { return employeeResolver{r} }

// Organization answers the fields of Organization.
func (r *Root) Organization() generated.OrganizationResolver { return organizationResolver{r} }

// Overtime answers the fields of Overtime.
func (r *Root) Overtime() generated.OvertimeResolver { return overtimeResolver{r} }

// Project answers the fields of Project.
func (r *Root) Project() generated.ProjectResolver { return projectResolver{r} }

// Task answers the fields of Task.
func (r *Root) Task() generated.TaskResolver { return taskResolver{r} }

// Manhour answers the fields of Manhour.
func (r *Root) Manhour() generated.ManhourResolver { return manhourResolver{r} }

// Viewer answers the fields of Viewer.
func (r *Root) Viewer() generated.ViewerResolver { return viewerResolver{r} }

// Akashi answers the fields of Akashi.
func (r *Root) Akashi() generated.AkashiResolver { return akashiResolver{r} }

// AkashiWrites answers the fields of AkashiWrites.
func (r *Root) AkashiWrites() generated.AkashiWritesResolver { return akashiWritesResolver{r} }

// Jobcan answers the fields of Jobcan.
func (r *Root) Jobcan() generated.JobcanResolver { return jobcanResolver{r} }

// JobcanWrites answers the fields of JobcanWrites.
func (r *Root) JobcanWrites() generated.JobcanWritesResolver { return jobcanWritesResolver{r} }

// Yesod answers the fields of Yesod.
func (r *Root) Yesod() generated.YesodResolver { return yesodResolver{r} }

// YesodWrites answers the fields of YesodWrites.
func (r *Root) YesodWrites() generated.YesodWritesResolver { return yesodWritesResolver{r} }

// Carely answers the fields of Carely.
func (r *Root) Carely() generated.CarelyResolver { return carelyResolver{r} }

// CarelyWrites answers the fields of CarelyWrites.
func (r *Root) CarelyWrites() generated.CarelyWritesResolver { return carelyWritesResolver{r} }

// report tells faults beside a value that stays; parent is the one of a batch that
// they are about.
func report(ctx context.Context, faults []*fault.Error, parent ...int) {
	for _, f := range faults {
		exec.Report(ctx, f, parent...)
	}
}

// sourced cuts the window out of rows that several systems answered, and reports
// the sources that failed.
func sourced[T relay.Row](
	ctx context.Context, rows []T, window relay.Window[T], from []hr.Source, parent ...int,
) *relay.Connection[T] {
	page := relay.Page(rows, window)
	page.Sources = from
	report(ctx, failures(from), parent...)
	return page
}

// orNil makes the error of a batch out of errors by parent.
func orNil(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return exec.Errors(errs)
		}
	}
	return nil
}
