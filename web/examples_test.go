package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/hitotsu/hitotsu/web"
)

// schema is the gateway's, so that an example can never be behind it.
func schema(t *testing.T) *ast.Schema {
	t.Helper()
	files, err := filepath.Glob("../schema/*.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	var sources []*ast.Source
	for _, file := range append(files, "../schema.graphqls") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: file, Input: string(text)})
	}
	s, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestExamples_fitTheSchema(t *testing.T) {
	t.Parallel()
	s := schema(t)
	names := map[string]bool{}
	for _, example := range web.Examples(sunday()) {
		if names[example.Name] || example.Name == "" || example.NameJa == "" {
			t.Errorf("%q: a name must be there, once, in both languages", example.Name)
		}
		names[example.Name] = true
		document, errs := gqlparser.LoadQueryWithRules(s, example.Query, rules.NewDefaultRules())
		if errs != nil {
			t.Errorf("%s: %v", example.Name, errs)
			continue
		}
		operation := document.Operations[0]
		if _, err := validator.VariableValues(s, operation, example.Variables); err != nil {
			t.Errorf("%s: %v", example.Name, err)
		}
		for name := range example.Variables {
			if operation.VariableDefinitions.ForName(name) == nil {
				t.Errorf("%s: variable %s is not used", example.Name, name)
			}
		}
	}
}

// The page titles a tab with the operation's name, and reads it from the first
// line that is no comment.
func TestExamples_nameTheirOperation(t *testing.T) {
	t.Parallel()
	for _, example := range web.Examples(sunday()) {
		for line := range strings.Lines(example.Query) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			if !strings.HasPrefix(line, "query ") {
				t.Errorf("%s begins with %q", example.Name, line)
			}
			break
		}
	}
}

// The explorer cannot show list literals and complains in the console.
func TestExamples_holdNoListLiteral(t *testing.T) {
	t.Parallel()
	for _, example := range web.Examples(sunday()) {
		_, selection, _ := strings.Cut(example.Query, "{\n")
		if strings.Contains(selection, "[") {
			t.Errorf("%s holds a list literal: use a variable", example.Name)
		}
	}
}

func TestExamples_dates(t *testing.T) {
	t.Parallel()
	for today, want := range map[string]map[string]any{
		"2026-11-22": {"day": "2026-11-20", "from": "2026-08", "to": "2026-10"}, // Sunday: Friday
		"2026-11-23": {"day": "2026-11-20", "from": "2026-08", "to": "2026-10"}, // Monday: Friday
		"2026-11-25": {"day": "2026-11-24", "from": "2026-08", "to": "2026-10"},
		"2026-03-31": {"day": "2026-03-30", "from": "2025-12", "to": "2026-02"}, // no February 31st
		"2026-01-01": {"day": "2025-12-31", "from": "2025-10", "to": "2025-12"},
	} {
		date, err := time.Parse(time.DateOnly, today)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, web.Examples(date)[0].Variables); diff != "" {
			t.Errorf("%s (-want +got):\n%s", today, diff)
		}
	}
}
