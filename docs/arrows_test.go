// Package docs_test keeps the documents true: it compares them with the code
// they describe. It may import anything and nothing may import it.
package docs_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// This file is the import table of the house: the only one. A room may import
// every room on a lower floor, and on its own floor only the ones it names. It
// is a test and not a linter's configuration because a table by floors is forty
// lines here and would be a list of every pair there, and because it needs no
// compiled code: it reads import clauses and runs in milliseconds.
//
// CONTRIBUTING.md explains the floors in words.

const module = "github.com/hitotsu/hitotsu"

// A room is a package, or with a trailing "/..." a package and all below it.
// When several rooms fit a package the longest path wins.
type room struct {
	path  string
	floor int
	// beside lists the rooms of the same floor this one may import.
	beside []string
	// never lists packages, of this module or not, that the floor would allow
	// but the room's job forbids.
	never []string
}

// outside is the floor of what stands beside the house: it may be imported only
// by rooms that name it in beside, and by the highest floors.
const (
	outside = -1
	top     = 6 // internal/app and above may import the simulators
)

func rooms() []room {
	noIO := []string{"net/http", "net", "os", "os/exec", "database/sql"}
	return []room{
		{path: "internal/fault/...", floor: 0},
		{path: "internal/hr/...", floor: 0, beside: []string{"internal/fault"}, never: noIO},
		{path: "internal/config/...", floor: 0, beside: []string{"internal/fault"}},
		{path: "internal/seal/...", floor: 0, never: noIO},

		{path: "internal/plan/...", floor: 1, never: noIO},
		{path: "internal/usage/...", floor: 0, never: noIO},
		{path: "internal/price/...", floor: 0, never: noIO},
		{path: "internal/slice/...", floor: 0, never: noIO},
		{path: "internal/store/...", floor: 1},
		{path: "internal/lookup/...", floor: 1, beside: []string{"internal/store"}, never: []string{"upstream"}},
		{path: "internal/vault/...", floor: 1, beside: []string{"internal/store"}},
		{path: "internal/quota/...", floor: 1, beside: []string{"internal/store"}},
		{path: "upstream/internal/...", floor: 0}, // tolerant decoding, for the clients only
		{path: "upstream/transport/...", floor: 1, beside: []string{"internal/quota", "internal/store", "internal/vault"}},
		{path: "upstream/akashi/...", floor: 1, beside: []string{"upstream/transport"}},
		{path: "upstream/jobcan/...", floor: 1, beside: []string{"upstream/transport"}},
		{path: "upstream/carely/...", floor: 1, beside: []string{"upstream/transport"}},
		{path: "upstream/yesod/...", floor: 1, beside: []string{"upstream/transport"}},

		{path: "internal/access/...", floor: 2, never: append([]string{"upstream"}, noIO...)},
		{path: "internal/sources/...", floor: 2},
		{path: "internal/probe/...", floor: 2, never: []string{"internal/vault", "internal/store"}},

		{path: "internal/directory/...", floor: 3},
		{path: "internal/reads/...", floor: 3, beside: []string{"internal/directory"}},
		{path: "internal/native/...", floor: 3, beside: []string{"internal/directory", "internal/reads"}},
		{path: "internal/writes/...", floor: 3, beside: []string{"internal/directory", "internal/reads"}},

		{path: "graph/...", floor: 4, never: []string{"upstream", "internal/store", "internal/vault"}},
		{
			path: "resolvers/...", floor: 4, beside: []string{"graph"},
			never: []string{"upstream/transport", "internal/store", "internal/vault", "net/http"},
		},

		{path: "internal/auth/...", floor: 5},
		{path: "internal/linking/...", floor: 5, never: []string{"upstream", "internal/vault"}},
		{path: "internal/server/...", floor: 5, beside: []string{"internal/auth", "web"}},

		{path: "internal/app/...", floor: 6},
		{path: "cmd/...", floor: 7},
		{path: "e2e/...", floor: 8},
		{path: "e2e/conformance/...", floor: 8, never: []string{"internal/app", "resolvers", "graph"}},
		{path: "e2e/fleettest/...", floor: 7, never: []string{"internal/app", "resolvers", "graph", "upstream"}},
		{path: "e2e/topology/...", floor: 8, never: []string{"internal/app", "resolvers", "graph", "upstream"}},
		{path: "bench/...", floor: 8},
		{path: "docs/...", floor: 8},

		// The root package only embeds the schema.
		{path: ".", floor: 0},
		{path: "web/...", floor: outside},
		{path: "simulator/company/...", floor: outside},
		{path: "simulator/control/...", floor: outside, beside: []string{"simulator/company"}},
		{path: "simulator/akashi/...", floor: outside, beside: []string{"simulator/company", "simulator/control"}},
		{path: "simulator/jobcan/...", floor: outside, beside: []string{"simulator/company", "simulator/control"}},
		{path: "simulator/carely/...", floor: outside, beside: []string{"simulator/company", "simulator/control"}},
		{path: "simulator/yesod/...", floor: outside, beside: []string{"simulator/company", "simulator/control"}},
		{path: "simulator/run/...", floor: outside, beside: []string{
			"simulator/company", "simulator/control", "simulator/akashi", "simulator/jobcan", "simulator/carely",
			"simulator/yesod",
		}},
	}
}

// doors names, for libraries that belong to one job, the rooms that may open
// them. A library that is not listed may be imported anywhere.
func doors() map[string][]string {
	parsers := []string{
		"graph", "resolvers", "internal/server", "internal/reads", "internal/app", "upstream/carely", "web", "e2e", "docs",
		"internal/probe",
	}
	return map[string][]string{
		"github.com/Khan/genqlient":       {"upstream/carely"},
		"github.com/graph-gophers":        {"simulator/carely", "bench"},
		"github.com/redis/go-redis":       {"internal/store", "e2e"},
		"go.etcd.io/bbolt":                {"internal/store"},
		"github.com/alecthomas/kong":      {"cmd"},
		"github.com/goccy/go-yaml":        {"internal/config", "internal/auth", "graph/gen", "docs"},
		"github.com/failsafe-go":          {"upstream/transport"},
		"github.com/rs/cors":              {"internal/server"},
		"github.com/klauspost/compress":   {"internal/server"},
		"github.com/vektah/gqlparser":     parsers,
		"github.com/rogpeppe/go-internal": {"cmd", "e2e"},
	}
}

func TestArrows_pointDown(t *testing.T) {
	t.Parallel()
	for _, fault := range badArrows(t, os.DirFS("..")) {
		t.Error(fault)
	}
}

// TestArrows_refused shows that the table bites: each file is a way in which
// somebody could break the house.
func TestArrows_refused(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{
		"internal/hr/a.go":           imports("internal/reads"),
		"internal/hr/b.go":           imports("!net/http"),
		"internal/access/a.go":       imports("upstream/akashi"),
		"upstream/akashi/a.go":       imports("upstream/transport", "upstream/jobcan"),
		"upstream/akashi/a_test.go":  imports("simulator/akashi"),
		"upstream/transport/a.go":    imports("upstream/akashi"),
		"simulator/akashi/a.go":      imports("simulator/company", "upstream/akashi"),
		"simulator/carely/a.go":      imports("simulator/akashi", "!github.com/graph-gophers/graphql-go"),
		"simulator/carely/b.go":      imports("internal/fault"),
		"internal/reads/a.go":        imports("internal/directory", "resolvers"),
		"internal/directory/a.go":    imports("internal/reads"),
		"internal/vault/a.go":        imports("internal/store", "!go.etcd.io/bbolt"),
		"internal/server/a.go":       imports("web", "internal/app"),
		"internal/app/a.go":          imports("simulator/akashi", "internal/server", "upstream/yesod"),
		"internal/util/a.go":         imports("internal/fault"),
		"internal/fault/a.go":        imports("internal/hr"),
		"node_modules/x/a.go":        imports("internal/app"),
		"tmp/a.go":                   imports("internal/app"),
		"tools/go.mod":               {Data: []byte("module x\n")},
		"tools/a.go":                 imports("internal/app"),
		"web/dist/testdata/x/bad.go": imports("internal/app"),
	}
	want := []string{
		"internal/access/a.go: internal/access never imports upstream/akashi",
		"internal/directory/a.go: internal/directory (floor 3) may not import internal/reads (floor 3)",
		"internal/fault/a.go: internal/fault (floor 0) may not import internal/hr (floor 0)",
		"internal/hr/a.go: internal/hr (floor 0) may not import internal/reads (floor 3)",
		"internal/hr/b.go: internal/hr never imports net/http",
		"internal/reads/a.go: internal/reads (floor 3) may not import resolvers (floor 4)",
		"internal/server/a.go: internal/server (floor 5) may not import internal/app (floor 6)",
		"internal/util/a.go: internal/util has no room in docs/arrows_test.go",
		"internal/vault/a.go: go.etcd.io/bbolt is opened only by internal/store",
		"simulator/akashi/a.go: simulator/akashi (outside) may not import upstream/akashi (floor 1)",
		"simulator/carely/a.go: simulator/carely (outside) may not import simulator/akashi (outside)",
		"simulator/carely/b.go: simulator/carely (outside) may not import internal/fault (floor 0)",
		"upstream/akashi/a.go: upstream/akashi (floor 1) may not import upstream/jobcan (floor 1)",
		"upstream/akashi/a_test.go: upstream/akashi (floor 1) may not import simulator/akashi (outside)",
		"upstream/transport/a.go: upstream/transport (floor 1) may not import upstream/akashi (floor 1)",
	}
	if diff := cmp.Diff(want, badArrows(t, tree)); diff != "" {
		t.Errorf("refused arrows (-want +got):\n%s", diff)
	}
}

// imports writes a file that imports the named rooms, or with a leading "!" any
// package.
func imports(paths ...string) *fstest.MapFile {
	var b strings.Builder
	b.WriteString("package a\n")
	for _, p := range paths {
		if outer, ok := strings.CutPrefix(p, "!"); ok {
			fmt.Fprintf(&b, "import _ %q\n", outer)
		} else {
			fmt.Fprintf(&b, "import _ %q\n", module+"/"+p)
		}
	}
	return &fstest.MapFile{Data: []byte(b.String())}
}

// badArrows returns the forbidden imports of every Go file of this module in
// tree, sorted.
func badArrows(t *testing.T, tree fs.FS) []string {
	t.Helper()
	var bad []string
	eachFile(t, tree, ".go", func(name string, src []byte) {
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			target, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if why := forbidden(path.Dir(name), target); why != "" {
				bad = append(bad, name+": "+why)
			}
		}
	})
	slices.Sort(bad)
	return slices.Compact(bad)
}

// eachFile reads the files of this module in tree whose names end in a suffix.
func eachFile(t *testing.T, tree fs.FS, suffix string, read func(name string, src []byte)) {
	t.Helper()
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return skipDir(tree, name)
		case !strings.HasSuffix(name, suffix):
			return nil
		}
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		read(name, src)
		return nil
	})
	if err != nil {
		t.Fatalf("walk: %v", err)
	}
}

// skipDir leaves out what the go command leaves out of "./...".
func skipDir(tree fs.FS, name string) error {
	base := path.Base(name)
	switch name {
	case ".":
		return nil
	case "tmp", "bin": // scratch, ignored by git
		return fs.SkipDir
	}
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules" {
		return fs.SkipDir
	}
	if _, err := fs.Stat(tree, path.Join(name, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

// forbidden says why the package in directory from may not import target, ""
// when it may.
func forbidden(from, target string) string {
	here, ok := roomOf(from)
	if !ok {
		return from + " has no room in docs/arrows_test.go"
	}
	to, own := strings.CutPrefix(target, module)
	to = strings.TrimPrefix(to, "/")
	if !own {
		to = target
	} else if to == "" {
		to = "."
	}
	if slices.ContainsFunc(here.never, func(n string) bool { return under(to, n) && (own || to == n) }) {
		return here.name() + " never imports " + to
	}
	if !own {
		for library, allowed := range doors() {
			if under(target, library) && !slices.ContainsFunc(allowed, func(a string) bool { return under(from, a) }) {
				return library + " is opened only by " + strings.Join(allowed, ", ")
			}
		}
		return ""
	}
	there, ok := roomOf(to)
	switch {
	case !ok:
		return to + " has no room in docs/arrows_test.go"
	case here.path == there.path,
		there.floor != outside && here.floor > there.floor,
		there.floor == outside && here.floor >= top,
		slices.Contains(here.beside, there.name()):
		return ""
	}
	return fmt.Sprintf("%s (%s) may not import %s (%s)", here.name(), here.where(), there.name(), there.where())
}

func roomOf(dir string) (room, bool) {
	var found room
	for _, r := range rooms() {
		fits := r.path == dir || strings.HasSuffix(r.path, "/...") && under(dir, r.name())
		if fits && len(r.path) > len(found.path) {
			found = r
		}
	}
	return found, found.path != ""
}

// under reports whether p is dir or below it.
func under(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

func (r room) name() string { return strings.TrimSuffix(r.path, "/...") }

func (r room) where() string {
	if r.floor == outside {
		return "outside"
	}
	return "floor " + strconv.Itoa(r.floor)
}
