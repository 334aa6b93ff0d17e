package resolvers

import (
	"context"
	"slices"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

func (r queryResolver) IdentityConflicts(
	ctx context.Context, reasons []hr.ConflictReason, first *int, after *string,
) (*relay.IdentityConflictConnection, error) {
	window, err := relay.NewWindow[*hr.IdentityConflict](first, after)
	if err != nil {
		return nil, err
	}
	who, err := r.identityDecider(ctx)
	if err != nil {
		return nil, err
	}
	chosen := func(c *hr.IdentityConflict) bool { return reasons == nil || slices.Contains(reasons, c.Reason) }
	return sourced(ctx, keep(who.index.Conflicts, chosen), window, who.index.Sources), nil
}

func (r queryResolver) IdentityDecisions(
	ctx context.Context, first *int, after *string,
) (*relay.IdentityDecisionConnection, error) {
	window, err := relay.NewWindow[*hr.IdentityDecision](first, after)
	if err != nil {
		return nil, err
	}
	if _, err := r.identityDecider(ctx); err != nil {
		return nil, err
	}
	rows, err := r.Directory.Decisions(ctx)
	if err != nil {
		return nil, err
	}
	return relay.Page(rows, window), nil
}

func (r mutationResolver) LinkEmployeeRecords(
	ctx context.Context, input model.LinkEmployeeRecordsInput,
) (*model.IdentityDecisionPayload, error) {
	records := make([]hr.Ref, len(input.Records))
	for i, ref := range input.Records {
		records[i] = ref.Ref()
	}
	return r.decided(ctx, func(by string) (*hr.IdentityDecision, error) { return r.Directory.Link(ctx, by, records) })
}

func (r mutationResolver) UnlinkEmployeeRecord(
	ctx context.Context, input model.UnlinkEmployeeRecordInput,
) (*model.IdentityDecisionPayload, error) {
	return r.decided(ctx, func(by string) (*hr.IdentityDecision, error) {
		return r.Directory.Unlink(ctx, by, input.Record.Ref())
	})
}

func (r mutationResolver) UndoIdentityDecision(
	ctx context.Context, input model.UndoIdentityDecisionInput,
) (*model.IdentityDecisionPayload, error) {
	return r.decided(ctx, func(by string) (*hr.IdentityDecision, error) { return r.Directory.Undo(ctx, by, input.Number) })
}

// decided checks that the caller may decide, decides, and shows the people as
// they are now.
func (r mutationResolver) decided(
	ctx context.Context, decide func(by string) (*hr.IdentityDecision, error),
) (*model.IdentityDecisionPayload, error) {
	if _, err := r.identityDecider(ctx); err != nil {
		return nil, err
	}
	caller, err := callerOf(ctx)
	if err != nil {
		return nil, err
	}
	d, err := decide(caller.Name)
	if err != nil {
		return nil, err
	}
	index, err := r.Directory.Index(ctx)
	if err != nil {
		return nil, err
	}
	payload := &model.IdentityDecisionPayload{Decision: d, Employees: []*hr.Employee{}}
	for _, record := range d.Records {
		if e, ok := index.ByRef(record.Ref()); ok && !slices.Contains(payload.Employees, e) {
			payload.Employees = append(payload.Employees, e)
		}
	}
	return payload, nil
}

// identityDecider checks that the caller may decide who is who.
func (r *Root) identityDecider(ctx context.Context) (*asking, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	if !who.facts.MayDecideIdentity() {
		return nil, fault.New(fault.Forbidden, "only HR may see and decide which records are one person")
	}
	return who, nil
}
