package main

import (
	"bytes"
	"embed"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
)

//go:embed templates/*.tmpl
var templates embed.FS

// Generate returns the files that the configuration at path describes, in a
// fixed order, without writing them.
func Generate(path string) ([]File, error) {
	cfg, err := loadConfig(path)
	if err != nil {
		return nil, err
	}
	names, err := cfg.schemaFiles()
	if err != nil {
		return nil, err
	}
	var sources []*ast.Source
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read the schema: %w", err)
		}
		rel, err := filepath.Rel(cfg.dir, name)
		if err != nil {
			return nil, fmt.Errorf("read the schema: %w", err)
		}
		sources = append(sources, &ast.Source{Name: filepath.ToSlash(rel), Input: string(text)})
	}
	schema, err := exec.LoadSchema(sources...)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	g := &generator{cfg: cfg, schema: schema, sources: sources}
	return g.files()
}

type generator struct {
	cfg     *Config
	schema  *ast.Schema
	sources []*ast.Source
}

func (g *generator) files() ([]File, error) {
	if err := g.checkNames(); err != nil {
		return nil, err
	}
	models, err := g.models()
	if err != nil {
		return nil, err
	}
	resolvers, err := g.resolvers()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(g.cfg.dir, g.cfg.Exec.Dir)
	out := []struct {
		path, template string
		data           any
	}{
		{filepath.Join(g.cfg.dir, g.cfg.Model.Filename), "models.tmpl", models},
		{filepath.Join(dir, "resolvers_gen.go"), "resolvers.tmpl", resolvers},
		{filepath.Join(dir, "schema_gen.go"), "schema.tmpl", map[string]any{
			"Package": g.cfg.Exec.Package, "Sources": g.sources,
		}},
	}
	var files []File
	for _, o := range out {
		content, err := render(o.template, o.data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.path, err)
		}
		files = append(files, File{Path: o.path, Content: content})
	}
	return files, nil
}

// checkNames refuses bindings of types that the schema does not have: a name
// misspelt there would quietly generate a second type.
func (g *generator) checkNames() error {
	for _, name := range sortedKeys(g.cfg.Models) {
		if g.schema.Types[name] == nil {
			return fmt.Errorf("models.%s: the schema has no such type", name)
		}
	}
	return nil
}

func render(name string, data any) ([]byte, error) {
	t, err := template.New(name).Funcs(template.FuncMap{
		"comment": comment,
		"quote":   quoteSource,
	}).ParseFS(templates, "templates/"+name)
	if err != nil {
		return nil, fmt.Errorf("parse the template: %w", err)
	}
	var buf bytes.Buffer
	if err := t.Execute(&buf, data); err != nil {
		return nil, fmt.Errorf("fill the template: %w", err)
	}
	out, err := format.Source(buf.Bytes())
	if err != nil {
		return nil, fmt.Errorf("format: %w\n%s", err, buf.Bytes())
	}
	return out, nil
}

// comment turns a description into Go comment lines; empty stays empty.
func comment(description string) string {
	if description == "" {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(strings.TrimSpace(description)) {
		b.WriteString(strings.TrimRight("// "+strings.TrimRight(line, "\r\n"), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// quoteSource writes a schema file as a raw string.
func quoteSource(text string) string {
	return "`" + strings.ReplaceAll(text, "`", "` + \"`\" + `") + "`"
}
