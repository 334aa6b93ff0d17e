package server

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/price"
)

// weigh has the operation of ctx judged as a whole, by a rehearsal, before it
// gets dear.
func (s *Server) weigh(ctx context.Context, req exec.Request) {
	bill := price.From(ctx)
	if bill == nil {
		return
	}
	if req.Operation.Operation != ast.Query {
		bill.Write() // a write is not rehearsed
		return
	}
	j := &judgement{server: s, ctx: ctx, req: req, limit: bill.Limit(), began: s.now()}
	bill.Judge(j.verdict)
}

// judgement finds whether an operation is within the limit of calls, and if not
// which part of it would be.
type judgement struct {
	server *Server
	ctx    context.Context //nolint:containedctx // it is the operation's, and ends with it
	req    exec.Request
	limit  int
	began  time.Time
}

// verdict is nil for an operation within its limits.
func (j *judgement) verdict() error {
	all := &portion{}
	bill := j.rehearse(all, 0)
	if err := j.ctx.Err(); err != nil {
		return fault.From(err)
	}
	total := bill.Total()
	if !bill.Ended() && (j.limit == 0 || total <= j.limit) {
		return nil
	}
	var text strings.Builder
	if bill.Ended() {
		total = bill.About()
		fmt.Fprintf(&text, "this operation needs about %d calls, for %d days of people, of which one operation may want %d; ",
			total, bill.Wanted(), price.MaxDays)
	} else {
		fmt.Fprintf(&text, "this operation needs %d calls; ", total)
	}
	if j.limit > 0 {
		fmt.Fprintf(&text, "one may make %d; ", j.limit)
	}
	text.WriteString(j.nearest(all, total))
	return fault.New(fault.TooManyCalls, "%s", text.String())
}

// nearest describes the largest part of the operation that would be accepted: as
// many days for all, else one day of as many people. Each part that it names was
// rehearsed.
func (j *judgement) nearest(all *portion, total int) string {
	best := &portion{}
	largest := func(of, in int, part func(n int) *portion) int {
		guess := int(float64(in) * float64(j.limit) / float64(max(total, 1)))
		return most(of, guess, func(n int) bool {
			p := part(n)
			if !j.fits(p) {
				return false
			}
			best = p
			return true
		})
	}
	days := max(all.longest, 1)
	if n := largest(days, days, func(n int) *portion { return &portion{days: n} }); n > 0 {
		return fmt.Sprintf("the first %d of its %d days would be within them: %s", n, days, best.examples())
	}
	n := largest(all.largest, all.largest*days, func(n int) *portion { return &portion{days: 1, people: n} })
	switch {
	case n > 0 && days > 1:
		return fmt.Sprintf("one day of %d of the %d people would be within them: %s", n, all.largest, best.examples())
	case n > 0:
		return fmt.Sprintf("%d of the %d would be within them: %s", n, all.largest, best.examples())
	case j.limit > 0:
		return fmt.Sprintf("ask for it in %d operations or more", (total+j.limit-1)/j.limit)
	}
	return "ask for it in several operations"
}

// fits tells whether a part of the operation is within the limits.
func (j *judgement) fits(p *portion) bool {
	bill := j.rehearse(p, j.limit)
	return j.ctx.Err() == nil && !bill.Ended() && (j.limit == 0 || bill.Total() <= j.limit)
}

// rehearse goes through a part of the operation, as far as a number of calls.
func (j *judgement) rehearse(p *portion, calls int) *price.Bill {
	bill := price.RehearseWithin(price.Bounds{Calls: calls, Since: j.began})
	req := j.req
	req.Adjust = p.adjust
	j.server.execute(price.With(j.ctx, bill), req)
	return bill
}

// most is the largest n below all for which fits holds, as far as fits does not
// hold again above an n for which it does not. It looks around a guess first.
func most(all, guess int, fits func(int) bool) int {
	low, high := 0, all
	for n, step := min(max(guess, 1), all-1), 1; high-low > 1; step *= 2 {
		if n <= low || n >= high {
			n = (low + high) / 2
		}
		if fits(n) {
			low = n
			n += step
		} else {
			high = n
			n -= step
		}
	}
	return low
}

// A portion is a part of an operation: the first days of each period and the first
// people of each list at the top.
type portion struct {
	// days and people are how many, 0 for all.
	days, people int

	mu sync.Mutex
	// longest and largest are of what was asked for: days of a period, people of a
	// list at the top.
	longest, largest int
	cut              []string
}

// adjust cuts a field's arguments.
func (p *portion) adjust(node *ast.Field, args map[string]any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	from, begins := args["from"].(hr.Date)
	to, ends := args["to"].(hr.Date)
	if begins && ends {
		days := from.DaysUntil(to) + 1
		p.longest = max(p.longest, days)
		if p.days > 0 && days > p.days {
			to = from.AddDays(p.days - 1)
			args["to"] = to
			p.note(fmt.Sprintf("%s(from: %q, to: %q)", node.Name, from, to))
		}
	}
	first, _ := args["first"].(*int)
	if first == nil || node.ObjectDefinition == nil || node.ObjectDefinition.Name != "Query" {
		return
	}
	p.largest = max(p.largest, *first)
	if p.people > 0 && *first > p.people {
		n := p.people
		args["first"] = &n
		p.note(fmt.Sprintf("%s(first: %d)", node.Name, n))
	}
}

func (p *portion) note(what string) {
	if !slices.Contains(p.cut, what) {
		p.cut = append(p.cut, what)
	}
}

// maxExamples is how many cut fields a message shows.
const maxExamples = 3

// examples shows what is to be asked instead.
func (p *portion) examples() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.cut) > maxExamples {
		return fmt.Sprintf("%s and %d more", strings.Join(p.cut[:maxExamples], ", "), len(p.cut)-maxExamples)
	}
	return strings.Join(p.cut, ", ")
}
