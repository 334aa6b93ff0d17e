package native

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

type (
	// YesodSearch is a query with a statement in place of a condition.
	YesodSearch struct {
		YesodQuery
		Statement YesodStatement
		From, To  *hr.Date
	}
	// YesodStatement is what is looked for: one of its fields.
	YesodStatement struct {
		Where    *YesodCondition
		Changed  *YesodChanged
		All, Any []YesodStatement
	}
	// YesodChanged is a change from one condition to another.
	YesodChanged struct {
		From, To       YesodCondition
		IntervalTarget YesodIntervalTarget
		DiffType       YesodDiffType
	}
	// YesodIntervalTarget is FROM or TO, and YesodDiffType IN or OUT.
	YesodIntervalTarget string
	// YesodDiffType is said with YesodIntervalTarget.
	YesodDiffType string
	// YesodFound is a row of a search's answer.
	YesodFound struct {
		Entity           *YesodEntity
		ConditionResults []*YesodConditionResult
	}
	// YesodConditionResult is the attribute that met a part of the statement.
	YesodConditionResult struct {
		AttributeID                  *string
		Values, FromValues, ToValues []*YesodValue
	}
)

// Search runs a query with a statement: one call, whose answer is whole.
func (y *Yesod) Search(ctx context.Context, q YesodSearch) ([]*YesodFound, error) {
	query, err := q.wire()
	if err != nil {
		return nil, err
	}
	if (q.From != nil || q.To != nil) && !q.LastDays {
		return nil, fault.New(fault.BadUserInput, "from and to belong to lastDays")
	}
	query.From, query.To = yesod.Date(dateText(q.From)), yesod.Date(dateText(q.To))
	statement, err := q.Statement.wire(0)
	if err != nil {
		return nil, err
	}
	query.Statement = &statement
	rows, err := y.client.Query(ctx, query)
	return mapped(rows, err, func(e *yesod.Entity) *YesodFound {
		out := &YesodFound{Entity: yesodEntity(e), ConditionResults: []*YesodConditionResult{}}
		for _, r := range e.ConditionResults {
			out.ConditionResults = append(out.ConditionResults, &YesodConditionResult{
				AttributeID: text(string(r.Attribute)), Values: yesodSpans(r.Values),
				FromValues: yesodSpans(r.From), ToValues: yesodSpans(r.To),
			})
		}
		return out
	})
}

// maxStatementDepth is far beyond any statement that a person could read.
const maxStatementDepth = 16

// wire checks a statement and writes it in the vendor's words.
func (s *YesodStatement) wire(depth int) (yesod.Statement, error) {
	switch {
	case depth > maxStatementDepth:
		return yesod.Statement{}, fault.New(fault.BadUserInput, "a statement joins at most 16 levels")
	case s.Where != nil:
		c, err := s.Where.wire()
		return yesod.Where(c), err
	case s.Changed != nil:
		from, err := s.Changed.From.wire()
		if err != nil {
			return yesod.Statement{}, err
		}
		to, err := s.Changed.To.wire()
		target, diff := yesod.IntervalTarget(s.Changed.IntervalTarget), yesod.DiffType(s.Changed.DiffType)
		return yesod.Changed(from, to, target, diff), err
	case s.All != nil:
		parts, err := wireAll(s.All, depth+1)
		return yesod.All(parts...), err
	default:
		parts, err := wireAll(s.Any, depth+1)
		return yesod.Any(parts...), err
	}
}

func wireAll(statements []YesodStatement, depth int) ([]yesod.Statement, error) {
	out := make([]yesod.Statement, len(statements))
	for i := range statements {
		var err error
		if out[i], err = statements[i].wire(depth); err != nil {
			return nil, err
		}
	}
	return out, nil
}
