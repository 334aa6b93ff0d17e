package main

import (
	"cmp"
	"fmt"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
)

// importSet collects the imports of one file and names their packages.
type importSet struct {
	self  string            // import path of the file's own package
	names map[string]string // import path -> package name
}

// Import is one line of an import block.
type Import struct {
	// Name is the alias, empty when the path's last element is the name.
	Name, Path string
}

func (s *importSet) qualify(importPath, name string) string {
	if importPath == "" || importPath == s.self {
		return name
	}
	if pkg, ok := s.names[importPath]; ok {
		return pkg + "." + name
	}
	base := packageName(importPath)
	pkg := base
	for i := 2; slices.Contains(slices.Collect(maps.Values(s.names)), pkg); i++ {
		pkg = fmt.Sprintf("%s%d", base, i)
	}
	s.names[importPath] = pkg
	return pkg + "." + name
}

func (s *importSet) list() []Import {
	var out []Import
	for _, p := range sortedKeys(s.names) {
		imp := Import{Path: p}
		if name := s.names[p]; name != path.Base(p) {
			imp.Name = name
		}
		out = append(out, imp)
	}
	return out
}

var versionElement = regexp.MustCompile(`^v[0-9]+$`)

// packageName guesses the package's name from its path: the last element that
// is not a major version.
func packageName(importPath string) string {
	base := path.Base(importPath)
	if versionElement.MatchString(base) {
		base = path.Base(path.Dir(importPath))
	}
	return strings.NewReplacer("-", "", ".", "").Replace(base)
}

// goType is the Go type that stands for a GraphQL type name, without pointer.
func (g *generator) goType(imports *importSet, name string) (string, error) {
	if b, ok := g.cfg.Models[name]; ok {
		importPath, typeName := splitModel(b.Model)
		return imports.qualify(importPath, typeName), nil
	}
	switch name {
	case "String", "ID":
		return "string", nil
	case "Int":
		return "int", nil
	case "Float":
		return "float64", nil
	case "Boolean":
		return "bool", nil
	}
	def := g.schema.Types[name]
	if def.Kind == ast.Scalar {
		return "", fmt.Errorf("scalar %s needs a Go type: add models.%s.model", name, name)
	}
	model, err := g.cfg.importPath(path.Dir(g.cfg.Model.Filename))
	if err != nil {
		return "", err
	}
	return imports.qualify(model, exec.GoName(name)), nil
}

// splitModel splits "import/path.Type"; a predeclared type has no path.
func splitModel(model string) (importPath, name string) {
	slash := strings.LastIndexByte(model, '/')
	dot := strings.LastIndexByte(model, '.')
	if dot <= slash {
		return "", model
	}
	return model[:dot], model[dot+1:]
}

// goRef is the Go type of a value of type t: lists are slices, objects are
// always pointers, everything else is a pointer when it may be null.
func (g *generator) goRef(imports *importSet, t *ast.Type) (string, error) {
	if t.Elem != nil {
		elem, err := g.goRef(imports, t.Elem)
		return "[]" + elem, err
	}
	name, err := g.goType(imports, t.NamedType)
	if err != nil {
		return "", err
	}
	switch g.schema.Types[t.NamedType].Kind {
	case ast.Object:
		return "*" + name, nil
	case ast.Interface, ast.Union:
		return name, nil
	}
	if !t.NonNull && name != "any" {
		return "*" + name, nil
	}
	return name, nil
}

// paramName is a Go parameter name for an argument.
func paramName(name string) string {
	goName := exec.GoName(name)
	upper := 0
	for upper < len(goName) && goName[upper] >= 'A' && goName[upper] <= 'Z' {
		upper++
	}
	if upper > 1 && upper < len(goName) {
		upper--
	}
	p := strings.ToLower(goName[:upper]) + goName[upper:]
	if token.IsKeyword(p) || p == "ctx" || p == "objs" {
		return p + "Arg"
	}
	return p
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
