package main

import (
	"path"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
)

// modelFile is what models.tmpl is filled with.
type modelFile struct {
	Package string
	Imports []Import
	Enums   []enumModel
	Structs []structModel
	Unions  []unionModel
}

type enumModel struct {
	Name, Description string
	Values            []enumValue
}

type enumValue struct{ Name, Value, Description string }

type structModel struct {
	Name, Description string
	Fields            []structField
}

type structField struct{ Name, Type, JSON, Description string }

type unionModel struct{ Name, Description string }

// models describes the models file: every type of the schema that is not bound,
// in order of name.
func (g *generator) models() (*modelFile, error) {
	self, err := g.cfg.importPath(path.Dir(g.cfg.Model.Filename))
	if err != nil {
		return nil, err
	}
	imports := &importSet{self: self, names: map[string]string{}}
	out := &modelFile{Package: g.cfg.Model.Package}
	for _, name := range sortedKeys(g.schema.Types) {
		def := g.schema.Types[name]
		if _, bound := g.cfg.Models[name]; bound || def.BuiltIn || g.isRoot(def) {
			continue
		}
		switch def.Kind {
		case ast.Enum:
			out.Enums = append(out.Enums, enumOf(def))
		case ast.Object, ast.InputObject:
			s, err := g.structOf(imports, def)
			if err != nil {
				return nil, err
			}
			out.Structs = append(out.Structs, s)
		case ast.Interface, ast.Union:
			out.Unions = append(out.Unions, unionModel{Name: exec.GoName(name), Description: describe(def)})
		}
	}
	if len(out.Enums) > 0 {
		imports.qualify("fmt", "Errorf")
	}
	out.Imports = imports.list()
	return out, nil
}

func (g *generator) isRoot(def *ast.Definition) bool {
	return def == g.schema.Query || def == g.schema.Mutation || def == g.schema.Subscription
}

// describe opens a description with the Go name, as Go comments do, when it
// has none to offer.
func describe(def *ast.Definition) string {
	if def.Description != "" {
		return def.Description
	}
	return exec.GoName(def.Name) + " is the GraphQL type " + def.Name + "."
}

func enumOf(def *ast.Definition) enumModel {
	e := enumModel{Name: exec.GoName(def.Name), Description: describe(def)}
	for _, v := range def.EnumValues {
		e.Values = append(e.Values, enumValue{
			Name: e.Name + exec.GoName(v.Name), Value: v.Name, Description: v.Description,
		})
	}
	return e
}

func (g *generator) structOf(imports *importSet, def *ast.Definition) (structModel, error) {
	s := structModel{Name: exec.GoName(def.Name), Description: describe(def)}
	for _, f := range def.Fields {
		if def.Kind == ast.Object && exec.IsResolver(g.schema, def, f) {
			continue
		}
		goType, err := g.goRef(imports, f.Type)
		if err != nil {
			return structModel{}, err
		}
		tag := f.Name
		if !f.Type.NonNull {
			tag += ",omitempty"
		}
		s.Fields = append(s.Fields, structField{
			Name: exec.GoFieldName(f), Type: goType, JSON: tag, Description: f.Description,
		})
	}
	return s, nil
}
