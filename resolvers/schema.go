package resolvers

import (
	"context"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

func (r queryResolver) Node(ctx context.Context, id string) (model.Node, error) {
	return r.node(ctx, id)
}

func (r queryResolver) Nodes(ctx context.Context, ids []string) ([]model.Node, error) {
	if len(ids) > relay.MaxFirst {
		return nil, fault.New(fault.BadUserInput, "at most %d ids can be asked for at once", relay.MaxFirst)
	}
	nodes := make([]model.Node, len(ids))
	for i, id := range ids {
		node, err := r.node(ctx, id)
		if err != nil {
			exec.Report(ctx, err)
			continue
		}
		nodes[i] = node
	}
	return nodes, nil
}

// node finds the object of an id among those the caller may see.
func (r *Root) node(ctx context.Context, id string) (model.Node, error) {
	kind, ref, err := hr.DecodeID(id)
	if err != nil {
		return nil, badID()
	}
	switch kind {
	case hr.KindEmployee:
		who, err := r.asking(ctx)
		if err != nil {
			return nil, err
		}
		return nilOr(who.employee(hr.EmployeeID(id)))
	case hr.KindOrganization:
		return nilOr(r.organization(ctx, hr.OrganizationID(id)))
	case hr.KindProject:
		return nilOr(r.Reads.ProjectByID(ctx, hr.ProjectID(id)))
	default:
		return nilOr(r.Reads.TaskByID(ctx, ref))
	}
}

// nilOr keeps a nil pointer from becoming a node that is not nil.
func nilOr[T any](v *T, err error) (model.Node, error) {
	if err != nil || v == nil {
		return nil, err
	}
	return v, nil
}

func badID() error {
	return fault.New(fault.BadUserInput, "this is not an id of this gateway; take ids from the id field of an object")
}

// idOf checks that an argument names an object of a kind.
func idOf(id string, kind hr.Kind) error {
	got, _, err := hr.DecodeID(id)
	if err != nil {
		return badID()
	}
	if got != kind {
		return fault.New(fault.BadUserInput, "the id names an object of type %s, but one of type %s is needed", got, kind)
	}
	return nil
}
