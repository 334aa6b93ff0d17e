package lookup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/lookup"
)

// mutants is key.go with every part of the key in the hands of drop, and the
// names of the parts.
func mutants(t *testing.T, source []byte) (mutated []byte, names []string) {
	t.Helper()
	part := regexp.MustCompile(`(?m)^(\t\t)(\w+: +)?((?:link|p|r|k|s)\.\w.*|string\(s\.\w+\)),$`)
	mutated = part.ReplaceAllFunc(source, func(line []byte) []byte {
		m := part.FindSubmatch(line)
		name := strings.TrimSpace(string(m[2]) + string(m[3]))
		names = append(names, name)
		return []byte("\t\t" + string(m[2]) + `drop("` + name + `", ` + string(m[3]) + "),")
	})
	return append(mutated, "\n\nfunc drop[T any](name string, v T) T {\n\tif os.Getenv(\"MUTANT\") == name {\n"+
		"\t\tvar none T\n\t\treturn none\n\t}\n\treturn v\n}\n"...), names
}

// TestKey_everyPartCounts compiles the package with each part of the key left
// out in turn, once where keys are built and once where the store's names are
// made of them, and runs the canary, which must find a foreign row each time.
func TestKey_everyPartCounts(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // the mutants themselves are run so
	}
	source, err := os.ReadFile("key.go")
	if err != nil {
		t.Fatal(err)
	}
	mutated, names := mutants(t, bytes.Replace(source, []byte("import (\n"), []byte("import (\n\t\"os\"\n"), 1))
	key := reflect.TypeFor[lookup.Key]()
	shared := key.Field(0).Type.Field(0).Type.Elem() // behind its handle
	if want := 2 * (key.NumField() - 1 + shared.NumField()); len(names) != want {
		t.Fatalf("%d parts are left out in turn, of %d: %q", len(names), want, names)
	}
	binary := build(t, mutated)
	if out, err := canaryOf(t.Context(), binary, ""); err != nil {
		t.Fatalf("the canary fails without a mutant: %v\n%s", err, out)
	}
	for _, name := range names {
		out, err := canaryOf(t.Context(), binary, name)
		if err == nil || !strings.Contains(out, "foreign rows") {
			t.Errorf("without %q the canary finds nothing: %v\n%s", name, err, out)
		}
	}
}

func build(t *testing.T, keyFile []byte) string {
	t.Helper()
	dir := t.TempDir()
	original, err := filepath.Abs("key.go")
	if err != nil {
		t.Fatal(err)
	}
	replacement := filepath.Join(dir, "key.go")
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {original: replacement}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"key.go": keyFile, "overlay.json": overlay} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	binary := filepath.Join(dir, "mutants.test")
	cmd := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off",
		"-overlay", filepath.Join(dir, "overlay.json"), "-o", binary, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the mutants do not build: %v\n%s", err, out)
	}
	return binary
}

func canaryOf(ctx context.Context, binary, mutant string) (string, error) {
	cmd := exec.CommandContext(ctx, binary, "-test.short", "-test.run=^TestCanary$")
	cmd.Env = append(os.Environ(), "MUTANT="+mutant, "HITOTSU_TEST_LONG=")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
