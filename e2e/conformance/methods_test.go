package conformance_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// TestEveryMethod: the suites run every method of every client, so that a new one
// is under all faults and quirks from its first day.
func TestEveryMethod(t *testing.T) {
	t.Parallel()
	// Methods that send nothing of their own.
	exempt := map[string]string{
		"WithTokens":   "makes another client of the same methods",
		"MakeRequest":  "the generated code's way into the client: under every operation of Carely",
		"AuthorizeURL": "is an address for a browser; Exchange begins with it",
	}
	calls := registered(t)
	for system, tc := range map[string]struct {
		build func(t *testing.T) *world
		types []reflect.Type
	}{
		"akashi": {akashiWorld, []reflect.Type{reflect.TypeFor[*akashi.Client](), reflect.TypeFor[*akashi.Reissuer]()}},
		"carely": {carelyWorld, []reflect.Type{reflect.TypeFor[*carely.Client](), reflect.TypeFor[*carely.OAuth]()}},
		"jobcan": {jobcanWorld, []reflect.Type{reflect.TypeFor[*jobcan.Client](), reflect.TypeFor[*jobcan.TokenEndpoint]()}},
		"yesod":  {yesodWorld, []reflect.Type{reflect.TypeFor[*yesod.Client]()}},
	} {
		var methods, run []string
		for _, typ := range tc.types {
			for m := range typ.Methods() {
				if exempt[m.Name] == "" {
					methods = append(methods, m.Name)
				}
			}
		}
		for _, op := range tc.build(t).operations {
			method, _, _ := strings.Cut(op.name, ",")
			run = append(run, method)
			if !calls[method] {
				t.Errorf("%s: nothing that is named %s calls it", system, method)
			}
		}
		for _, method := range methods {
			if !slices.Contains(run, method) {
				t.Errorf("%s: the suite does not run %s", system, method)
			}
		}
		for _, method := range run {
			if !slices.Contains(methods, method) {
				t.Errorf("%s: %s is no method of its clients", system, method)
			}
		}
	}
}

// registered reads the suite: which operations call the method that they are
// named after. Names alone could say anything.
func registered(t *testing.T) map[string]bool {
	t.Helper()
	names, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]bool{}
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			maps.Copy(calls, declared(decl))
		}
	}
	return calls
}

// declared are the methods that a declaration both names an operation after and
// calls: the call is in the function that makes the operation, or in the
// operation itself.
func declared(decl ast.Decl) map[string]bool {
	named, called := map[string]bool{}, map[string]bool{}
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				method, _, _ := strings.Cut(text, ",")
				named[method] = true
			}
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok {
				called[s.Sel.Name] = true
			}
		}
		return true
	})
	both := map[string]bool{}
	for method := range named {
		if called[method] {
			both[method] = true
		}
	}
	return both
}
