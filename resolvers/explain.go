package resolvers

import (
	"context"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/price"
)

// maxExplained is how many documents one operation may price. Pricing one takes
// the processor time of running it, and the limits of a document bound only what
// stands in it, not what stands in the texts it carries.
const maxExplained = 10

// Explain prices a document with the rights of the caller.
func (r queryResolver) Explain(
	ctx context.Context, document string, variables, operationName *string,
) (*model.Explanation, error) {
	if price.From(ctx).Rehearsing() {
		return nil, fault.New(fault.BadUserInput, "explain cannot explain itself")
	}
	if price.From(ctx).Rehearsed() > maxExplained {
		return nil, fault.New(fault.BadUserInput, "one operation prices at most %d documents", maxExplained)
	}
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	return r.Root.Explain(ctx, document, text(variables), text(operationName))
}
