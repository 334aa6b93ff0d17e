package resolvers

import (
	"context"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/price"
)

// Explain prices a document with the rights of the caller.
func (r queryResolver) Explain(
	ctx context.Context, document string, variables, operationName *string,
) (*model.Explanation, error) {
	if price.From(ctx).Rehearsing() {
		return nil, fault.New(fault.BadUserInput, "explain cannot explain itself")
	}
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	return r.Root.Explain(ctx, document, text(variables), text(operationName))
}
