package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	gexec "github.com/hitotsu/hitotsu/graph/exec"
)

// generator makes random documents and data.
type generator struct {
	schema *ast.Schema
	rand   *rand.Rand
	// fragments are the definitions that the present document uses.
	fragments map[string]string
}

const (
	nodeCount = 14
	maxDepth  = 5
)

func (g *generator) question() question {
	g.fragments = map[string]string{}
	set := g.selection(g.schema.Query, 0)
	var b strings.Builder
	fmt.Fprintf(&b, "query($t: Boolean = true, $f: Boolean!, $n: Int) { unused: __typename @skip(if: $t) @include(if: $f) "+
		"us0: us(first: $n) { __typename } %s }", set)
	for _, text := range g.fragments {
		b.WriteString("\n" + text)
	}
	vars := map[string]any{"f": false}
	if g.chance(2) {
		vars["n"] = g.rand.IntN(3)
	}
	return question{Query: b.String(), Variables: vars, Nodes: g.nodes()}
}

// chance is true one time in n.
func (g *generator) chance(n int) bool { return g.rand.IntN(n) == 0 }

func (g *generator) selection(def *ast.Definition, depth int) string {
	var parts []string
	for range 1 + g.rand.IntN(4) {
		parts = append(parts, g.selected(def, depth))
	}
	return strings.Join(parts, " ")
}

func (g *generator) selected(def *ast.Definition, depth int) string {
	switch {
	case g.chance(6) && def != g.schema.Query:
		on := g.overlapping(def)
		return "... on " + on.Name + g.directives() + " { " + g.selection(on, depth+1) + " }"
	case g.chance(10) && def != g.schema.Query:
		on := g.overlapping(def)
		name := fmt.Sprintf("F%s%d", on.Name, g.rand.IntN(2))
		if _, known := g.fragments[name]; !known {
			g.fragments[name] = "" // its own selection must not spread it
			g.fragments[name] = "fragment " + name + " on " + on.Name + " { " + g.selection(on, maxDepth-1) + " }"
		}
		return "..." + name + g.directives()
	}
	var fields []*ast.FieldDefinition
	for _, f := range def.Fields {
		if !strings.HasPrefix(f.Name, "__") && (depth < maxDepth || g.schema.Types[f.Type.Name()].IsLeafType()) {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 || g.chance(12) {
		return "__typename"
	}
	return g.field(fields[g.rand.IntN(len(fields))], depth)
}

func (g *generator) field(f *ast.FieldDefinition, depth int) string {
	text := f.Name
	if g.chance(5) {
		text = fmt.Sprintf("x%d: %s", g.rand.IntN(3), f.Name)
	}
	if len(f.Arguments) > 0 && g.chance(2) {
		text = fmt.Sprintf("y%d: %s(first: %d)", g.rand.IntN(9), f.Name, g.rand.IntN(4))
	}
	text += g.directives()
	if below := g.schema.Types[f.Type.Name()]; !below.IsLeafType() {
		text += " { " + g.selection(below, depth+1) + " }"
	}
	return text
}

func (g *generator) directives() string {
	switch g.rand.IntN(16) {
	case 0:
		return " @skip(if: $f)"
	case 1:
		return " @include(if: $t)"
	case 2:
		return " @include(if: $f)"
	}
	return ""
}

func (g *generator) overlapping(def *ast.Definition) *ast.Definition {
	options := []*ast.Definition{def}
	if def.IsAbstractType() {
		options = append(options, g.schema.GetPossibleTypes(def)...)
	} else {
		options = append(options, g.schema.GetImplements(def)...)
	}
	return options[g.rand.IntN(len(options))]
}

// nodes makes the data: node 0 is the root.
func (g *generator) nodes() []*node {
	out := make([]*node, nodeCount)
	for i := range out {
		out[i] = &node{Type: []string{"A", "B"}[i%2], Fields: map[string]any{}}
	}
	out[0].Type = "Query"
	for i, n := range out {
		def := g.schema.Types[n.Type]
		for _, f := range def.Fields {
			if f.Name == "id" {
				n.Fields["id"] = strconv.Itoa(i)
				continue
			}
			if gexec.IsResolver(g.schema, def, f) && g.chance(12) {
				n.Fields[f.Name] = oops{Err: true}
				continue
			}
			n.Fields[f.Name] = g.value(f.Type)
		}
	}
	return out
}

// value is random for its type; now and then null, even where none may be.
func (g *generator) value(t *ast.Type) any {
	if t.NonNull && g.chance(25) || !t.NonNull && g.chance(5) {
		return nil
	}
	if t.Elem != nil {
		list := []any{}
		for range g.rand.IntN(4) {
			item := g.value(t.Elem)
			if item == nil && t.Elem.NonNull && t.Elem.Elem != nil {
				item = []any{} // a nil slice is an empty list where null may not be
			}
			list = append(list, item)
		}
		return list
	}
	switch t.NamedType {
	case "Int":
		return g.rand.IntN(1000) - 500
	case "Float":
		return float64(g.rand.IntN(100)) / 4
	case "Boolean":
		return g.chance(2)
	case "String", "ID":
		return []string{"", "a", "高橋", "\"\\\n\t\x01/<>&", "é😀"}[g.rand.IntN(5)]
	case "A":
		return ref{To: 2 + 2*g.rand.IntN(nodeCount/2-1)}
	case "B":
		return ref{To: 1 + 2*g.rand.IntN(nodeCount/2)}
	}
	return ref{To: 1 + g.rand.IntN(nodeCount-1)}
}
