package resolvers

import (
	"context"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/native"
)

func (r queryResolver) Yesod(ctx context.Context, link *string) (*model.Yesod, error) {
	if err := r.mayUseVendors(ctx); err != nil {
		return nil, err
	}
	name, err := r.connected(hr.Yesod, link)
	if name == "" {
		return nil, err
	}
	return &model.Yesod{Link: name}, nil
}

func (r mutationResolver) Yesod(ctx context.Context, link *string) (*model.YesodWrites, error) {
	if err := r.mayWriteVendors(ctx); err != nil {
		return nil, err
	}
	name, err := r.writable(hr.Yesod, link)
	if err != nil {
		return nil, err
	}
	return &model.YesodWrites{Link: name}, nil
}

// askYesod asks each link that the operation names.
func askYesod[T any](r yesodResolver, objs []*model.Yesod, ask func(*native.Yesod) (T, error)) ([]T, error) {
	return byLink(objs, func(o *model.Yesod) (T, error) {
		y, err := r.Native.Yesod(o.Link)
		if err != nil {
			var none T
			return none, err
		}
		return ask(y)
	})
}

func (r yesodResolver) Query(
	ctx context.Context, objs []*model.Yesod, entityType native.YesodEntityType, condition native.YesodCondition,
	attributes, groupAttributes []string, baseDate *hr.Date, lastDays bool,
) ([][]*native.YesodEntity, error) {
	return askYesod(r, objs, func(y *native.Yesod) ([]*native.YesodEntity, error) {
		return y.Query(ctx, native.YesodQuery{
			EntityType: entityType, Condition: &condition, Attributes: attributes, GroupAttributes: groupAttributes,
			BaseDate: baseDate, LastDays: lastDays,
		})
	})
}

func (r yesodResolver) Search(
	ctx context.Context, objs []*model.Yesod, entityType native.YesodEntityType, statement native.YesodStatement,
	attributes, groupAttributes []string, baseDate *hr.Date, lastDays bool, from, to *hr.Date,
) ([][]*native.YesodFound, error) {
	return askYesod(r, objs, func(y *native.Yesod) ([]*native.YesodFound, error) {
		return y.Search(ctx, native.YesodSearch{
			YesodQuery: native.YesodQuery{
				EntityType: entityType, Attributes: attributes, GroupAttributes: groupAttributes,
				BaseDate: baseDate, LastDays: lastDays,
			},
			Statement: statement, From: from, To: to,
		})
	})
}

func (r yesodResolver) GroupTree(
	ctx context.Context, objs []*model.Yesod, groupType native.YesodEntityType, date *hr.Date,
) ([][]*native.YesodTreeGroup, error) {
	return askYesod(r, objs, func(y *native.Yesod) ([]*native.YesodTreeGroup, error) {
		return y.GroupTree(ctx, groupType, date)
	})
}

func (r yesodResolver) Attributes(ctx context.Context, objs []*model.Yesod) ([][]*native.YesodAttribute, error) {
	return askYesod(r, objs, func(y *native.Yesod) ([]*native.YesodAttribute, error) { return y.Attributes(ctx) })
}

func (r yesodResolver) Options(
	ctx context.Context, objs []*model.Yesod, attributeID *string,
) ([][]*native.YesodOption, error) {
	return askYesod(r, objs, func(y *native.Yesod) ([]*native.YesodOption, error) { return y.Options(ctx, attributeID) })
}

func (r yesodResolver) Histories(
	ctx context.Context, objs []*model.Yesod, memberID string,
) ([][]*native.YesodHistory, error) {
	return askYesod(r, objs, func(y *native.Yesod) ([]*native.YesodHistory, error) { return y.Histories(ctx, memberID) })
}

func (r yesodResolver) Tasks(
	ctx context.Context, objs []*model.Yesod, from hr.Date, days *int,
) ([][]*native.YesodTask, error) {
	return askYesod(r, objs, func(y *native.Yesod) ([]*native.YesodTask, error) { return y.Tasks(ctx, from, days) })
}

// writeYesod sends an import to each link that the operation names.
func writeYesod(
	r yesodWritesResolver, objs []*model.YesodWrites, send func(*native.Yesod) *native.YesodImport,
) ([]*native.YesodImport, error) {
	return byLink(objs, func(o *model.YesodWrites) (*native.YesodImport, error) {
		y, err := r.Native.Yesod(o.Link)
		if err != nil {
			return nil, err
		}
		return send(y), nil
	})
}

func (r yesodWritesResolver) ImportMembers(
	ctx context.Context, objs []*model.YesodWrites, input native.YesodMembersInput,
) ([]*native.YesodImport, error) {
	return writeYesod(r, objs, func(y *native.Yesod) *native.YesodImport { return y.ImportMembers(ctx, input) })
}

func (r yesodWritesResolver) ImportGroups(
	ctx context.Context, objs []*model.YesodWrites, input native.YesodGroupsInput,
) ([]*native.YesodImport, error) {
	return writeYesod(r, objs, func(y *native.Yesod) *native.YesodImport { return y.ImportGroups(ctx, input) })
}

func (r yesodWritesResolver) ImportTransactions(
	ctx context.Context, objs []*model.YesodWrites, input native.YesodTransactionsInput,
) ([]*native.YesodImport, error) {
	return writeYesod(r, objs, func(y *native.Yesod) *native.YesodImport { return y.ImportTransactions(ctx, input) })
}
