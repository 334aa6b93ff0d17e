package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// explainCommand prices documents, for the CI of who writes them.
type explainCommand struct {
	// Files keep the names they were given, tidied, which are those in baselines.
	Files     []string `arg:"" name:"file" help:"GraphQL documents; every query of them is priced."`
	Operation string   `help:"Price only the operation of this name."`
	Variables string   `help:"The variables: a file with a JSON object, the same for all operations." type:"existingfile"`

	People           int     `help:"How many people the made-up company has; each system knows them all." default:"300"`
	Akashi           *int    `help:"How many of them AKASHI knows; 0 if it is not connected."`
	Jobcan           *int    `help:"The same for Jobcan."`
	Carely           *int    `help:"The same for Carely."`
	Yesod            *int    `help:"The same for YESOD."`
	MonthsOfOvertime float64 `help:"How many months Carely keeps of a person; nobody can know beforehand." default:"12"`

	URL       string `name:"url" help:"Ask a running gateway instead: the address of its GraphQL endpoint."`
	TokenFile string `help:"The file with the token for it." type:"existingfile"`

	Max           *int   `help:"Fail when an operation costs more calls than this." placeholder:"CALLS"`
	Baseline      string `help:"Fail when an operation costs more than it says, or is not in it." type:"existingfile"`
	WriteBaseline string `help:"Write what each operation costs now." placeholder:"FILE"`
	JSON          bool   `name:"json" help:"Print JSON."`
}

// mostPriced bounds the company that is made up.
const mostPriced = 100_000

// wrongCall is an error of who called, told from a failure by the exit code.
type wrongCall struct{ error }

// Validate tells a wrong call from one that fails; kong calls it.
func (c *explainCommand) Validate() error {
	if c.People < 1 || c.People > mostPriced {
		return fmt.Errorf("--people: must be between 1 and %d", mostPriced)
	}
	connected := false
	for name, n := range map[string]*int{
		"akashi": c.Akashi, "jobcan": c.Jobcan, "carely": c.Carely, "yesod": c.Yesod,
	} {
		if n != nil && (*n < 0 || *n > c.People) {
			return fmt.Errorf("--%s: must be between 0 and --people", name)
		}
		connected = connected || n == nil || *n > 0
	}
	switch {
	case !connected:
		return errors.New("at least one system must be connected")
	case c.MonthsOfOvertime < 0 || c.MonthsOfOvertime > 1200:
		return errors.New("--months-of-overtime: must be between 0 and 1200")
	case c.Max != nil && *c.Max < 0:
		return errors.New("--max: must not be negative")
	case (c.URL == "") != (c.TokenFile == ""):
		return errors.New("--url and --token-file belong together")
	}
	if u, err := url.Parse(c.URL); c.URL != "" && (err != nil || u.Host == "" || u.User != nil) {
		return errors.New("--url: give an address such as https://hitotsu.example.co.jp/graphql")
	}
	return nil
}

// pricedFor is what the price depends on beside the documents; a baseline is good
// for no other.
type pricedFor struct {
	// Known is how many people each connected system knows.
	Known            map[hr.System]int `json:"known,omitempty"`
	MonthsOfOvertime float64           `json:"monthsOfOvertime,omitempty"`
	URL              string            `json:"url,omitempty"`
}

func (p pricedFor) equal(o pricedFor) bool {
	return maps.Equal(p.Known, o.Known) && p.MonthsOfOvertime == o.MonthsOfOvertime && p.URL == o.URL
}

func (c *explainCommand) company() pricedFor {
	if c.URL != "" {
		return pricedFor{URL: c.URL}
	}
	out := pricedFor{Known: map[hr.System]int{}, MonthsOfOvertime: c.MonthsOfOvertime}
	for system, n := range map[hr.System]*int{
		hr.Akashi: c.Akashi, hr.Jobcan: c.Jobcan, hr.Carely: c.Carely, hr.Yesod: c.Yesod,
	} {
		if known := *cmp.Or(n, &c.People); known > 0 {
			out.Known[system] = known
		}
	}
	return out
}

func (c *explainCommand) Run(ctx context.Context, p process) (err error) {
	documents, variables, err := c.read()
	if err != nil {
		return err
	}
	before, err := c.baseline()
	if err != nil {
		return err
	}
	q := &quoters{command: c, process: p, open: map[string]app.Quoter{}}
	defer func() { err = errors.Join(err, q.close()) }()
	r := &report{Company: c.company()}
	for _, d := range documents {
		if err := d.price(ctx, q, variables, r); err != nil {
			return err
		}
	}
	r.judge(c.Max, before)
	if c.JSON {
		err = r.json(p.out)
	} else {
		err = r.table(p.out, c.advice())
	}
	if err != nil {
		return err
	}
	if c.WriteBaseline != "" {
		if err := r.writeBaseline(c.WriteBaseline); err != nil {
			return err
		}
	}
	return r.verdict()
}

// advice is what to do about a record that is not there.
func (c *explainCommand) advice() string {
	if c.URL != "" {
		return "ids and codes must be of records that the token's owner may see"
	}
	return "the company is made up and has no id of yours: ask for people by code (any code exists here), " +
		"leave organisations out, or price with --url and --token-file at a running gateway"
}

// document is a file with what is in it.
type document struct {
	file, text string
	operations []app.Operation
	problem    string
}

// read reads all files.
func (c *explainCommand) read() (documents []document, variables string, err error) {
	if c.Variables != "" {
		raw, err := os.ReadFile(c.Variables)
		if err != nil {
			return nil, "", wrongCall{err}
		}
		if json.Unmarshal(raw, &map[string]any{}) != nil {
			return nil, "", wrongCall{errors.New("--variables: the file holds no JSON object")}
		}
		variables = string(raw)
	}
	found := false
	for _, name := range c.Files {
		raw, err := os.ReadFile(name) //nolint:gosec // the caller names the file
		if err != nil {
			return nil, "", wrongCall{fmt.Errorf("no document: %w", err)}
		}
		d := document{file: filepath.ToSlash(filepath.Clean(name)), text: string(raw)}
		operations, err := app.Operations(d.text, []byte(variables))
		if err != nil {
			d.problem = problem(err)
		}
		for _, o := range operations {
			if c.Operation == "" || o.Name == c.Operation {
				d.operations = append(d.operations, o)
				found = true
			}
		}
		documents = append(documents, d)
		found = found || d.problem != ""
	}
	if !found {
		return nil, "", wrongCall{fmt.Errorf("--operation: no document holds %s", c.Operation)}
	}
	return documents, variables, nil
}

// quoters are the companies that operations are priced in: who is asked for by
// name exists, so operations that ask for others need another one.
type quoters struct {
	command *explainCommand
	process process
	open    map[string]app.Quoter
}

func (q *quoters) of(ctx context.Context, asked app.Asked) (app.Quoter, error) {
	c := q.command
	if c.URL != "" {
		asked = app.Asked{}
	}
	key := fmt.Sprintf("%q", asked)
	if q.open[key] != nil {
		return q.open[key], nil
	}
	if c.URL != "" {
		token, err := os.ReadFile(c.TokenFile)
		if err != nil {
			return nil, wrongCall{err}
		}
		q.open[key] = app.OpenRemote(c.URL, strings.TrimSpace(string(token)))
		return q.open[key], nil
	}
	opened, err := app.OpenOffline(ctx, app.OfflineOptions{
		Known: c.company().Known, OvertimeMonths: c.MonthsOfOvertime, Asked: asked,
		Environ: q.process.environ, Log: q.process.quietLog("error"), Now: q.process.now,
	})
	if err != nil {
		return nil, err
	}
	q.open[key] = opened
	return opened, nil
}

func (q *quoters) close() error {
	var err error
	for _, each := range q.open {
		err = errors.Join(err, each.Close())
	}
	return err
}

// price adds a document's operations to the report.
func (d *document) price(ctx context.Context, from *quoters, variables string, r *report) error {
	if d.problem != "" {
		r.Operations = append(r.Operations, &priced{File: d.file, Problems: []string{d.problem}})
		return nil
	}
	for _, o := range d.operations {
		row := &priced{File: d.file, Name: o.Name, Problems: []string{}}
		r.Operations = append(r.Operations, row)
		if o.Write {
			row.Write = true
			continue
		}
		quoter, err := from.of(ctx, o.Asked)
		if err != nil {
			return err
		}
		r.Index = quoter.Index()
		q, err := quoter.Price(ctx, d.text, variables, o.Name)
		if f, ok := errors.AsType[*fault.Error](err); ok && f.Code == fault.BadUserInput {
			row.Problems = append(row.Problems, problem(err))
			continue
		}
		if err != nil {
			return err
		}
		row.add(q, r)
	}
	return nil
}

// problem is an error as operations tell theirs.
func problem(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return string(f.Code) + ": " + f.Message
	}
	return err.Error()
}
