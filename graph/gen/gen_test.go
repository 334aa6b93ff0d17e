package main

import (
	"flag"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGenerate_golden compares with the files in testdata/small, which -update
// writes and a reviewer reads.
func TestGenerate_golden(t *testing.T) {
	t.Parallel()
	files, err := Generate("testdata/small/gqlgen.yml")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 3 {
		t.Fatalf("%d files", len(files))
	}
	for _, f := range files {
		if _, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Content, parser.AllErrors); err != nil {
			t.Error(err)
		}
		golden := filepath.Join("testdata", "small", filepath.Base(f.Path)+".golden")
		if *update {
			if err := os.WriteFile(golden, f.Content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(f.Content)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Path, diff)
		}
	}
}

// TestGenerate_drift holds the committed files to the schema at the root.
func TestGenerate_drift(t *testing.T) {
	t.Parallel()
	if err := run([]string{"-config", "../../gqlgen.yml", "-check"}, os.Stdout); err != nil {
		t.Fatal(err)
	}
}

func TestGenerate_refuses(t *testing.T) {
	t.Parallel()
	const good = "schema: [schema.graphqls]\nexec: {package: g, dir: g}\nmodel: {package: m, filename: m/m.go}\n"
	const schema = "scalar Date\ntype Query { day: Date }\n"
	tests := map[string]struct{ config, schema, want string }{
		"unknown key":       {good + "autobind: [x]\n", schema, "not supported"},
		"unknown inner key": {good + "models: {Date: {model: time.Time, fields: 1}}\n", schema, "not supported"},
		"missing keys":      {"schema: [schema.graphqls]\n", schema, "exec.package is missing"},
		"no such file":      {strings.Replace(good, "schema.graphqls", "none/*.graphqls", 1), schema, "no file"},
		"unbound scalar":    {good, schema, "scalar Date needs a Go type"},
		"unknown type":      {good + "models: {Datum: {model: time.Time}}\n", schema, "the schema has no such type"},
		"bad schema":        {good, "type Query { a: Nothing }", "schema: "},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range map[string]string{
				"go.mod": "module example.com/x\n", "gqlgen.yml": tt.config, "schema.graphqls": tt.schema,
			} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Generate(filepath.Join(dir, "gqlgen.yml"))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestRun_writesAndChecks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/small")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "gqlgen.yml")
	var out strings.Builder
	if err := run([]string{"-config", config, "-check"}, &out); err == nil {
		t.Error("nothing was written, but the check passes")
	}
	if err := run([]string{"-config", config}, &out); err != nil {
		t.Fatal(err)
	}
	if err := run([]string{"-config", config, "-check"}, &out); err != nil {
		t.Error(err)
	}
	stale := filepath.Join(dir, "model", "models_gen.go")
	if err := os.WriteFile(stale, []byte("package model\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run([]string{"-config", config, "-check"}, &out); err == nil || !strings.Contains(err.Error(), "stale") {
		t.Errorf("got %v", err)
	}
	if n := strings.Count(out.String(), "_gen.go\n"); n != 3 {
		t.Errorf("%d files listed", n)
	}
}
