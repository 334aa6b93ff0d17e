package resolvers

import (
	"context"
	"slices"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

func (r queryResolver) IdentityConflicts(
	ctx context.Context, reasons []hr.ConflictReason, first *int, after *string,
) (*relay.IdentityConflictConnection, error) {
	window, err := relay.NewWindow(first, after)
	if err != nil {
		return nil, err
	}
	who, err := r.identityDecider(ctx)
	if err != nil {
		return nil, err
	}
	chosen := func(c *hr.IdentityConflict) bool { return reasons == nil || slices.Contains(reasons, c.Reason) }
	page := relay.Page(keep(who.index.Conflicts, chosen), window)
	page.Sources = who.index.Sources
	for _, f := range failures(who.index.Sources) {
		exec.Report(ctx, f)
	}
	return page, nil
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
