// Command difftest compares graph/exec with graphql-js 16, the reference
// implementation, on random documents over random data:
//
//	go run ./graph/exec/difftest [-n 2000] [-seed 1]
//
// It needs node and npm, and installs the npm package graphql into a temporary
// directory. For each document the data must be equal byte for byte, and every
// error path of graphql-js must be among ours; ours may be more, because
// graphql-js does not run the siblings of a field that nulled its parent.
//
// It is no test of its own because of what it needs. It imports graph/exec only.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	gexec "github.com/hitotsu/hitotsu/graph/exec"
)

//go:embed reference.mjs
var reference []byte

const graphqlVersion = "16.11.0"

// question is one document with its variables and data, as node reads it.
type question struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
	Nodes     []*node        `json:"nodes"`
}

// answer is what either side makes of it. Data is text so that the order of
// fields counts.
type answer struct {
	Data  string   `json:"data"`
	Paths []string `json:"paths"`
	// More is set when there are paths that are not listed.
	More bool `json:"-"`
}

func main() {
	n := flag.Int("n", 2000, "how many documents")
	seed := flag.Uint64("seed", 1, "seed of documents and data")
	flag.Parse()
	if err := run(*n, *seed, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "difftest:", err)
		os.Exit(1)
	}
}

func run(n int, seed uint64, out io.Writer) error {
	schema, err := gexec.LoadSchema(&ast.Source{Input: schemaText})
	if err != nil {
		return err
	}
	g := &generator{schema: schema, rand: rand.New(rand.NewPCG(seed, 2))} //nolint:gosec // must repeat
	questions := make([]question, 0, n)
	for len(questions) < n {
		q := g.question()
		if _, errs := gqlparser.LoadQueryWithRules(schema, q.Query, rules.NewDefaultRules()); errs == nil {
			questions = append(questions, q)
		}
	}
	want, err := askReference(questions)
	if err != nil {
		return err
	}
	faulty, failures := 0, 0
	for i, q := range questions {
		got, err := ask(schema, q)
		if err != nil {
			return err
		}
		if len(want[i].Paths) > 0 {
			faulty++
		}
		if fault := compare(want[i], got); fault != "" {
			failures++
			fmt.Fprintf(out, "document %d: %s\n%s\nwant %s %v\ngot  %s %v\n",
				i, fault, q.Query, want[i].Data, want[i].Paths, got.Data, got.Paths)
		}
	}
	fmt.Fprintf(out, "%d documents, %d of them with errors, %d differ\n", n, faulty, failures)
	if failures > 0 {
		return errors.New("the answers differ")
	}
	return nil
}

func compare(want, got answer) string {
	if want.Data != got.Data {
		return "data differs"
	}
	for _, p := range want.Paths {
		if !got.More && !slices.Contains(got.Paths, p) {
			return "no error at " + p
		}
	}
	if len(want.Paths) == 0 && len(got.Paths) > 0 {
		return "error at " + got.Paths[0]
	}
	return ""
}

// ask runs a question in graph/exec.
func ask(schema *ast.Schema, q question) (answer, error) {
	engine, err := gexec.New(schema, bindings(q.Nodes), gexec.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return answer{}, err
	}
	doc, errs := gqlparser.LoadQueryWithRules(schema, q.Query, rules.NewDefaultRules())
	if errs != nil {
		return answer{}, errs
	}
	vars, err := validator.VariableValues(schema, doc.Operations[0], q.Variables)
	if err != nil {
		return answer{}, err
	}
	resp := engine.Execute(context.Background(), gexec.Request{
		Document: doc, Operation: doc.Operations[0], Variables: vars,
	})
	out := answer{Data: string(resp.Data)}
	for _, e := range resp.Errors {
		out.Paths = append(out.Paths, dotted(e.Path))
		for _, p := range e.Paths {
			out.Paths = append(out.Paths, dotted(p))
		}
		out.More = out.More || e.Count > 1+len(e.Paths)
	}
	return out, nil
}

func dotted(path ast.Path) string {
	var parts []string
	for _, p := range path {
		parts = append(parts, fmt.Sprint(p))
	}
	return strings.Join(parts, ".")
}

// askReference runs all questions in graphql-js.
func askReference(questions []question) ([]answer, error) {
	dir, err := os.MkdirTemp("", "difftest")
	if err != nil {
		return nil, fmt.Errorf("make a directory: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "reference.mjs"), reference, 0o600); err != nil {
		return nil, fmt.Errorf("write the script: %w", err)
	}
	install := exec.Command("npm", "install", "--silent", "--no-audit", "--no-fund", "graphql@"+graphqlVersion)
	install.Dir = dir
	if text, err := install.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm install: %w\n%s", err, text)
	}
	in, err := json.Marshal(map[string]any{"schema": schemaText, "questions": questions})
	if err != nil {
		return nil, fmt.Errorf("write the questions: %w", err)
	}
	node := exec.Command("node", "reference.mjs")
	node.Dir, node.Stdin, node.Stderr = dir, bytes.NewReader(in), os.Stderr
	text, err := node.Output()
	if err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	var out []answer
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, fmt.Errorf("read the answers: %w", err)
	}
	return out, nil
}
