package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/app"
)

// report is what explain prints.
type report struct {
	Company pricedFor `json:"company"`
	// Index is what the first index costs, once for all operations.
	Index      []*model.ExplainedStep `json:"index,omitempty"`
	Operations []*priced              `json:"operations"`
}

// priced is one operation with its price.
type priced struct {
	File string `json:"file"`
	Name string `json:"name,omitempty"`
	// Write says that it is not priced, since a write is not rehearsed.
	Write bool   `json:"write,omitempty"`
	Calls *calls `json:"calls,omitempty"`
	// Limit is how many calls one operation may make.
	Limit                 *int                   `json:"limit,omitempty"`
	EstimatedMilliseconds int                    `json:"estimatedMilliseconds"`
	Steps                 []*model.ExplainedStep `json:"steps,omitempty"`
	// Was is the price in the baseline.
	Was      *int     `json:"was,omitempty"`
	Problems []string `json:"problems"`
	// Faults are why the command fails.
	Faults []string `json:"faults,omitempty"`
}

// calls are the price in the three states of a gateway. At a running one there is
// only one state, which is now.
type calls struct {
	Indexed    int  `json:"indexed"`
	Empty      *int `json:"empty,omitempty"`
	Warm       *int `json:"warm,omitempty"`
	IsEstimate bool `json:"isEstimate"`
}

// key names an operation in a baseline.
func (p *priced) key() string { return p.File + " " + cmp.Or(p.Name, "(without a name)") }

func (p *priced) add(q *app.Quote, r *report) {
	p.Calls = &calls{Indexed: q.Calls}
	if r.Index != nil {
		empty, warm := q.Calls+total(r.Index), q.Warm
		p.Calls.Empty, p.Calls.Warm = &empty, &warm
	}
	for _, s := range q.Steps {
		p.Calls.IsEstimate = p.Calls.IsEstimate || s.IsEstimate
	}
	p.Limit, p.Steps, p.EstimatedMilliseconds = q.Limit, q.Steps, q.EstimatedMilliseconds
	p.Problems = append(p.Problems, q.Problems...)
}

func total(steps []*model.ExplainedStep) int {
	n := 0
	for _, s := range steps {
		n += s.Calls
	}
	return n
}

// baseline is what operations cost once.
type baseline struct {
	Company    pricedFor      `json:"company"`
	Operations map[string]int `json:"operations"`
}

// baseline reads the file that is named, nil if none is.
func (c *explainCommand) baseline() (*baseline, error) {
	if c.Baseline == "" {
		return nil, nil //nolint:nilnil // no baseline, nothing to compare with
	}
	raw, err := os.ReadFile(c.Baseline)
	if err != nil {
		return nil, wrongCall{err}
	}
	b := &baseline{}
	if err := json.Unmarshal(raw, b); err != nil || b.Operations == nil {
		return nil, wrongCall{errors.New("--baseline: the file is none that --write-baseline wrote")}
	}
	if !b.Company.equal(c.company()) {
		return nil, wrongCall{errors.New("--baseline: it was written for another company; " +
			"give the same options, or write it anew with --write-baseline")}
	}
	return b, nil
}

func (r *report) writeBaseline(name string) error {
	b := baseline{Company: r.Company, Operations: map[string]int{}}
	for _, p := range r.Operations {
		if p.Calls != nil {
			b.Operations[p.key()] = p.Calls.Indexed
		}
	}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return fmt.Errorf("the baseline: %w", err)
	}
	return os.WriteFile(name, append(text, '\n'), 0o644) //nolint:gosec // it goes into a repository
}

// judge finds what the command fails for.
func (r *report) judge(most *int, before *baseline) {
	for _, p := range r.Operations {
		if len(p.Problems) > 0 {
			p.Faults = append(p.Faults, "has a problem")
		}
		if p.Calls == nil {
			continue
		}
		now := p.Calls.Indexed
		if most != nil && now > *most {
			p.Faults = append(p.Faults, fmt.Sprintf("costs %d calls, more than %d", now, *most))
		}
		if p.Limit != nil && now > *p.Limit {
			p.Faults = append(p.Faults, fmt.Sprintf("costs %d calls, more than the gateway's limit of %d", now, *p.Limit))
		}
		if before == nil {
			continue
		}
		was, ok := before.Operations[p.key()]
		if !ok {
			// Or else a new name would be a way past the bound.
			p.Faults = append(p.Faults, fmt.Sprintf("costs %d calls and is not in the baseline; "+
				"write it anew with --write-baseline", now))
			continue
		}
		p.Was = &was
		if now > was {
			p.Faults = append(p.Faults, fmt.Sprintf("costs more than before: was %d calls, is %d", was, now))
		}
	}
}

// verdict is the error that ends the command, nil when all is well.
func (r *report) verdict() error {
	var lines []string
	for _, p := range r.Operations {
		for _, f := range p.Faults {
			lines = append(lines, p.key()+" "+f)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return errors.New(strings.Join(lines, "\nhitotsu: "))
}

func (r *report) json(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// table prints for people. advice is what to do about problems.
func (r *report) table(w io.Writer, advice string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(t, format+"\n", args...) } // Flush tells
	if r.Index != nil {
		line("The first index of the company, once")
		rows(line, r.Index)
		line("")
	}
	unsure, troubled := false, false
	for _, p := range r.Operations {
		line("%s", p.key())
		rows(line, p.Steps)
		for _, problem := range p.Problems {
			line("  PROBLEM %s", problem)
			troubled = true
		}
		if p.Write {
			line("  a write; only queries are priced")
		}
		if p.Calls != nil {
			line("  %s", p.sum())
			unsure = unsure || p.Calls.IsEstimate
		}
		line("")
	}
	if unsure {
		line("~ an estimate: the system answers in pages that nobody has seen.")
	}
	if troubled {
		line("What lies below a problem is not priced. Of records that were not found: %s.", advice)
	}
	return t.Flush()
}

func rows(line func(string, ...any), steps []*model.ExplainedStep) {
	for _, s := range steps {
		about := ""
		if s.IsEstimate {
			about = "~"
		}
		line("  %s\t%s\t%s%d", s.System, s.Endpoint, about, s.Calls)
	}
}

// sum is an operation's price in a line.
func (p *priced) sum() string {
	about := func(n int) string {
		if p.Calls.IsEstimate {
			return fmt.Sprintf("~%d", n)
		}
		return strconv.Itoa(n)
	}
	took := time.Duration(p.EstimatedMilliseconds) * time.Millisecond
	text := fmt.Sprintf("%s calls now, in about %v", about(p.Calls.Indexed), took)
	if p.Calls.Empty != nil {
		text = fmt.Sprintf("INDEXED %s calls, in about %v; EMPTY %s; WARM %d",
			about(p.Calls.Indexed), took, about(*p.Calls.Empty), *p.Calls.Warm)
	}
	if p.Was != nil {
		text += fmt.Sprintf("; was %d", *p.Was)
	}
	return text
}
