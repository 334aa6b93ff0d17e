package docs_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
)

func TestErrors_pageListsEveryCode(t *testing.T) {
	t.Parallel()
	rows := regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\|").FindAllStringSubmatch(read(t, "errors.md"), -1)
	var got, want []string
	for _, row := range rows {
		got = append(got, row[1])
	}
	for _, code := range fault.Codes() {
		want = append(want, string(code))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/errors.md and fault.Codes differ (-code +page):\n%s", diff)
	}
}

func TestContributing_explainsEveryDependency(t *testing.T) {
	t.Parallel()
	page := read(t, "../CONTRIBUTING.md")
	_, table, found := strings.Cut(page, "## Dependencies")
	if !found {
		t.Fatal("CONTRIBUTING.md has no section Dependencies")
	}
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| \\S.+ \\|$").FindAllStringSubmatch(table, -1)
	var got []string
	for _, row := range rows {
		got = append(got, row[1])
	}
	slices.Sort(got)
	if diff := cmp.Diff(directRequirements(t), got); diff != "" {
		t.Errorf("go.mod and CONTRIBUTING.md differ (-go.mod +page):\n%s", diff)
	}
}

// directRequirements lists the modules that go.mod requires for our own code.
func directRequirements(t *testing.T) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json", "../go.mod").Output()
	if err != nil {
		t.Fatalf("go mod edit: %v", err)
	}
	var mod struct {
		Require []struct {
			Path     string `json:"Path"`
			Indirect bool   `json:"Indirect"`
		} `json:"Require"`
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatalf("decode go.mod: %v", err)
	}
	var direct []string
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Path)
		}
	}
	slices.Sort(direct)
	return direct
}

// TestLinks_lead checks that every relative link of the documents leads to a
// file.
func TestLinks_lead(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	for _, page := range []string{
		"../README.md", "../README.ja.md", "../CONTRIBUTING.md", "../CHANGELOG.md",
		"glossary.md", "errors.md", "operations.md", "configuration.md", "simulators.md", "performance.md", "adr/README.md",
	} {
		dir := page[:strings.LastIndex(page, "/")+1]
		for _, m := range link.FindAllStringSubmatch(read(t, page), -1) {
			if _, err := os.Stat(dir + m[1]); err != nil {
				t.Errorf("%s: link to %s leads nowhere", page, m[1])
			}
		}
	}
}

// TestVariables_exist checks that a variable named in a document or a compose
// file is one that the gateway reads.
func TestVariables_exist(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, e := range config.Reference() {
		known[e.Variable], known[e.LinkVariable] = true, true
		if e.Secret {
			known[e.Variable+"_FILE"] = true
		}
	}
	known["HITOTSU_LINK_AKASHI_OSAKA_TOKEN"] = true // the example of a further link
	variable := regexp.MustCompile(`\bHITOTSU_[A-Z_]*[A-Z]\b`)
	for _, page := range []string{
		"../README.md", "../README.ja.md", "../docker-compose.yml", "../Dockerfile", "operations.md", "configuration.md",
	} {
		text, _, _ := strings.Cut(read(t, page), referenceBegin)
		for _, name := range variable.FindAllString(text, -1) {
			if !known[name] {
				t.Errorf("%s names %s, which the gateway does not read", page, name)
			}
		}
	}
}

// TestConfiguration_exampleLoads keeps the YAML of docs/configuration.md valid.
func TestConfiguration_exampleLoads(t *testing.T) {
	t.Parallel()
	example := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(read(t, configPage))
	if example == nil {
		t.Fatal("configuration.md has no example in YAML")
	}
	cfg, err := config.Load(config.Options{
		Environ: []string{
			config.FileVariable + "=hitotsu.yaml", "HITOTSU_LINK_AKASHI_OSAKA_TOKEN=t", "HITOTSU_DATA_DIR=/data",
			"HITOTSU_ENCRYPTION_KEY=" + strings.Repeat("ab", 32),
		},
		ReadFile:       func(string) ([]byte, error) { return []byte(example[1]), nil },
		WithoutCallers: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(cfg.LinksOf("AKASHI")); got != 1 {
		t.Errorf("links to AKASHI: %d, want 1", got)
	}
}

// TestOperations_callersLoad keeps the callers file of docs/operations.md valid.
func TestOperations_callersLoad(t *testing.T) {
	t.Parallel()
	example := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(read(t, "operations.md"))
	if example == nil {
		t.Fatal("operations.md has no example in YAML")
	}
	file := filepath.Join(t.TempDir(), "callers.yaml")
	if err := os.WriteFile(file, []byte(example[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	callers, err := auth.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := callers.Len(); got != 2 {
		t.Errorf("callers: %d, want 2", got)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
