package resolvers

import (
	"context"
	"slices"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/native"
	"github.com/hitotsu/hitotsu/internal/reads"
)

// Carely's data is about the company as a whole, so it asks for the right here,
// before any field of it.
func (r queryResolver) Carely(ctx context.Context, link *string) (*model.Carely, error) {
	if err := r.mayUseVendors(ctx); err != nil {
		return nil, err
	}
	name, err := r.connected(hr.Carely, link)
	if name == "" {
		return nil, err
	}
	return &model.Carely{Link: name}, nil
}

func (r mutationResolver) Carely(ctx context.Context, link *string) (*model.CarelyWrites, error) {
	if err := r.mayWriteVendors(ctx); err != nil {
		return nil, err
	}
	name, err := r.writable(hr.Carely, link)
	if err != nil {
		return nil, err
	}
	return &model.CarelyWrites{Link: name}, nil
}

func (r carelyResolver) CurrentCustomer(
	ctx context.Context, objs []*model.Carely,
) ([]*hr.CarelyCustomer, error) {
	return byLink(objs, func(o *model.Carely) (*hr.CarelyCustomer, error) { return r.Reads.CarelyCustomer(ctx, o.Link) })
}

func (r carelyResolver) Customers(
	ctx context.Context, objs []*model.Carely, filter *native.CarelyCustomerFilter, first *int, after *string,
) ([]*relay.CarelyCustomerConnection, error) {
	details := slices.ContainsFunc(carelyDetails(), func(field string) bool {
		return exec.Selects(ctx, "nodes", field) || exec.Selects(ctx, "edges", "node", field)
	})
	return nativePages(objs, first, after, func(o *model.Carely) ([]*native.CarelyCustomer, error) {
		c, err := r.Native.Carely(o.Link)
		if err != nil {
			return nil, err
		}
		return c.Customers(ctx, filter, details)
	})
}

// carelyDetails are the fields that cost a larger answer.
func carelyDetails() []string {
	return []string{
		"age", "bio", "employmentStatusText", "genderText", "hasStressCheckText", "healthInsuranceNumber",
		"healthInsuranceSymbol", "healthcheckUnionName", "insuranceCardName", "insuranceCardNameJa", "profilePicturePath",
	}
}

func (r carelyResolver) Overtimes(
	ctx context.Context, objs []*model.Carely, filter *native.CarelyOvertimeFilter, first *int, after *string,
) ([]*relay.CarelyOvertimeConnection, error) {
	return nativePages(objs, first, after, func(o *model.Carely) ([]*native.CarelyOvertime, error) {
		c, err := r.Native.Carely(o.Link)
		if err != nil {
			return nil, err
		}
		return c.Overtimes(ctx, filter)
	})
}

func (r carelyResolver) Departments(
	ctx context.Context, objs []*model.Carely, branchNames []string,
) ([][]*hr.CarelyGroup, error) {
	return byLink(objs, func(o *model.Carely) ([]*hr.CarelyGroup, error) {
		return r.Reads.CarelyGroups(ctx, o.Link, reads.CarelyDepartments, branchNames)
	})
}

func (r carelyResolver) Workplaces(
	ctx context.Context, objs []*model.Carely, branchNames []string,
) ([][]*hr.CarelyGroup, error) {
	return byLink(objs, func(o *model.Carely) ([]*hr.CarelyGroup, error) {
		return r.Reads.CarelyGroups(ctx, o.Link, reads.CarelyWorkplaces, branchNames)
	})
}

func (r carelyResolver) GroupAnalyses(
	ctx context.Context, objs []*model.Carely, branchNames []string,
) ([][]*hr.CarelyGroup, error) {
	return byLink(objs, func(o *model.Carely) ([]*hr.CarelyGroup, error) {
		return r.Reads.CarelyGroups(ctx, o.Link, reads.CarelyGroupAnalyses, branchNames)
	})
}

func (r carelyWritesResolver) UpsertCustomers(
	ctx context.Context, objs []*model.CarelyWrites, input model.CarelyUpsertCustomersInput,
) ([]*model.CarelyUpsertCustomersPayload, error) {
	if err := checkRows(len(input.Rows)); err != nil {
		return nil, err
	}
	return byLink(objs, func(o *model.CarelyWrites) (*model.CarelyUpsertCustomersPayload, error) {
		c, err := r.Native.Carely(o.Link)
		if err != nil {
			return nil, err
		}
		return &model.CarelyUpsertCustomersPayload{Rows: c.UpsertCustomers(ctx, input.Rows)}, nil
	})
}
