package main

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
)

// resolverFile is what resolvers.tmpl is filled with.
type resolverFile struct {
	Package    string
	Imports    []Import
	Interfaces []resolverInterface
	Types      []typeBinding
}

type resolverInterface struct {
	// Type is the GraphQL type, Name its Go name.
	Type, Name string
	Methods    []method
}

type method struct{ Name, Signature, Description string }

type typeBinding struct{ Type, GoType string }

// resolvers describes the resolver interfaces and the bindings: the root types
// first, then by name; methods in the order of the schema.
func (g *generator) resolvers() (*resolverFile, error) {
	self, err := g.cfg.importPath(g.cfg.Exec.Dir)
	if err != nil {
		return nil, err
	}
	imports := &importSet{self: self, names: map[string]string{}}
	imports.qualify("context", "Context")
	imports.qualify("reflect", "TypeFor")
	imports.qualify("github.com/hitotsu/hitotsu/graph/exec", "Bindings")
	out := &resolverFile{Package: g.cfg.Exec.Package}
	for _, def := range g.ordered() {
		if def.Kind == ast.Object {
			iface, err := g.interfaceOf(imports, def)
			if err != nil {
				return nil, err
			}
			if len(iface.Methods) > 0 {
				out.Interfaces = append(out.Interfaces, iface)
			}
		}
		if g.isRoot(def) || !g.bindable(def) {
			continue
		}
		goType, err := g.goType(imports, def.Name)
		if err != nil {
			return nil, err
		}
		out.Types = append(out.Types, typeBinding{Type: def.Name, GoType: goType})
	}
	out.Imports = imports.list()
	return out, nil
}

// bindable leaves out the types of introspection, which graph/exec binds.
func (g *generator) bindable(def *ast.Definition) bool {
	return !def.BuiltIn || def.Kind == ast.Scalar
}

func (g *generator) ordered() []*ast.Definition {
	var out []*ast.Definition
	for _, root := range []*ast.Definition{g.schema.Query, g.schema.Mutation} {
		if root != nil {
			out = append(out, root)
		}
	}
	for _, name := range sortedKeys(g.schema.Types) {
		if def := g.schema.Types[name]; !g.isRoot(def) {
			out = append(out, def)
		}
	}
	return out
}

func (g *generator) interfaceOf(imports *importSet, def *ast.Definition) (resolverInterface, error) {
	out := resolverInterface{Type: def.Name, Name: exec.GoName(def.Name)}
	if def.BuiltIn {
		return out, nil
	}
	for _, f := range def.Fields {
		if !exec.IsResolver(g.schema, def, f) || len(f.Name) > 1 && f.Name[:2] == "__" {
			continue
		}
		sig, err := g.signature(imports, def, f)
		if err != nil {
			return out, err
		}
		out.Methods = append(out.Methods, method{
			Name: exec.GoFieldName(f), Signature: sig, Description: f.Description,
		})
	}
	return out, nil
}

// signature writes the parameters and results of a resolver method. The method
// of a root type answers once; that of any other type answers for all objects
// of a selection at once, in order.
func (g *generator) signature(imports *importSet, def *ast.Definition, f *ast.FieldDefinition) (string, error) {
	params := []string{"ctx context.Context"}
	result, err := g.goRef(imports, f.Type)
	if err != nil {
		return "", err
	}
	if !g.isRoot(def) {
		obj, err := g.goType(imports, def.Name)
		if err != nil {
			return "", err
		}
		params = append(params, "objs []*"+obj)
		result = "[]" + result
	}
	for _, arg := range f.Arguments {
		goType, err := g.goRef(imports, arg.Type)
		if err != nil {
			return "", err
		}
		params = append(params, paramName(arg.Name)+" "+goType)
	}
	return "(" + strings.Join(params, ", ") + ") (" + result + ", error)", nil
}
