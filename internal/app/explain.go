package app

import (
	"cmp"
	"context"
	"time"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// explain prices a document: it runs the operation with a bill that lets nothing
// be asked.
func (g *Gateway) explain(
	ctx context.Context, document, variables, operationName string,
) (*model.Explanation, error) {
	bill, problems, err := g.rehearse(ctx, document, variables, operationName)
	if err != nil {
		return nil, err
	}
	return g.explanation(ctx, bill, problems), nil
}

// rehearse puts an operation on a bill without asking anybody.
func (g *Gateway) rehearse(
	ctx context.Context, document, variables, operationName string,
) (*price.Bill, []string, error) {
	// What the index still has to read is its own price, not the operation's.
	if _, err := g.directory.Index(ctx); err != nil {
		return nil, nil, err
	}
	bill := price.Rehearse()
	problems, err := g.server.Rehearse(ctx, bill, document, variables, operationName)
	return bill, problems, err
}

// explanation tells what is on a bill.
func (g *Gateway) explanation(ctx context.Context, bill *price.Bill, problems []string) *model.Explanation {
	out := &model.Explanation{
		Calls: bill.About(), WithinLimit: !bill.Ended(), Problems: problems,
		Steps: []*model.ExplainedStep{}, Systems: []*model.ExplainedSystem{},
	}
	if limit := price.From(ctx).Limit(); limit > 0 {
		out.Limit, out.WithinLimit = &limit, !bill.Ended() && out.Calls <= limit
	}
	byLink, took := map[hr.Link]*model.ExplainedSystem{}, map[hr.Link]time.Duration{}
	of := func(system, link string) *model.ExplainedSystem {
		l := hr.Link{System: hr.System(system), Name: link}
		if byLink[l] == nil {
			byLink[l], took[l] = g.links.explained(l, g.now())
			out.Systems = append(out.Systems, byLink[l])
		}
		return byLink[l]
	}
	for _, h := range bill.Hits() {
		of(h.System, h.Link).Hits += h.Cells
	}
	for _, l := range bill.Lines() {
		out.Steps = append(out.Steps, &model.ExplainedStep{
			System: hr.System(l.System), Link: l.Link, Endpoint: l.Endpoint, Calls: l.Calls, IsEstimate: l.Guess,
		})
		of(l.System, l.Link).Calls += l.Calls
	}
	for _, s := range out.Systems {
		s.EstimatedMilliseconds = int(estimate(s, took[hr.Link{System: s.System, Name: s.Link}]).Milliseconds())
		out.EstimatedMilliseconds = max(out.EstimatedMilliseconds, s.EstimatedMilliseconds)
	}
	return out
}

// explained is a link before anything is put on its bill, and how long its calls
// took of late, 0 before the first.
func (l *links) explained(link hr.Link, at time.Time) (*model.ExplainedSystem, time.Duration) {
	out := &model.ExplainedSystem{System: link.System, Link: link.Name}
	var took time.Duration
	for _, state := range l.states {
		if state.link == link {
			health := state.client.Health()
			out.QuotaPerSecond, out.Waiting = &health.PerSecond, health.Waiting
			now, minute := health.Left, nextMinute(&health, at)
			out.CallsLeftNow, out.CallsLeftNextMinute = &now, &minute
			took = health.Took
		}
	}
	return out, took
}

// nextMinute is how many calls a quota allows within a minute, after those that
// wait and after what the system asked to wait for.
func nextMinute(h *transport.Health, at time.Time) int {
	open := time.Minute
	if at.Before(h.BlockedUntil) {
		open = max(0, open-h.BlockedUntil.Sub(at))
	}
	return max(0, int(h.PerSecond*open.Seconds())-h.Waiting)
}

const (
	// usualCall is what a call takes of whose system no answer was seen yet.
	usualCall = 300 * time.Millisecond
	// sideBySide is how many calls a link has in the air.
	sideBySide = 4
)

// estimate is the longer of two: the turns of the quota, with those who wait
// already, and the calls a few at a time.
func estimate(s *model.ExplainedSystem, took time.Duration) time.Duration {
	if s.Calls == 0 {
		return 0
	}
	took = cmp.Or(took, usualCall)
	flight := time.Duration((s.Calls+sideBySide-1)/sideBySide) * took
	if s.QuotaPerSecond == nil || *s.QuotaPerSecond <= 0 {
		return flight
	}
	// The first second's turns are free.
	turns := max(0, float64(s.Calls+s.Waiting)/(*s.QuotaPerSecond)-1)
	return max(flight, time.Duration(turns*float64(time.Second))+took)
}
