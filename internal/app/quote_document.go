package app

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// Operation is one operation of a document.
type Operation struct {
	// Name is "" where the document's only operation has none.
	Name string
	// Write says that it is no query: it is not priced, since a write is not
	// rehearsed.
	Write bool
	// Asked are those whom it asks for.
	Asked Asked
}

// maxDocumentTokens bounds what is parsed, whatever the gateway would take.
const maxDocumentTokens = 100_000

// Operations lists what a document holds, in its order, and whom its operations
// ask for together with variables, a JSON object or nil.
func Operations(document string, variables []byte) ([]Operation, error) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: document}, maxDocumentTokens)
	if err != nil {
		return nil, unreadable(err)
	}
	given := map[string]any{}
	if len(bytes.TrimSpace(variables)) > 0 {
		if err := json.Unmarshal(variables, &given); err != nil {
			return nil, fault.New(fault.BadUserInput, "the variables are not a JSON object")
		}
	}
	var operations []Operation
	for _, o := range doc.Operations {
		a := asking{given: given, defaults: map[string]*ast.Value{}}
		for _, v := range o.VariableDefinitions {
			a.defaults[v.Variable] = v.DefaultValue
		}
		a.selections(o.SelectionSet)
		for _, f := range doc.Fragments {
			a.selections(f.SelectionSet)
		}
		operations = append(operations, Operation{Name: o.Name, Write: o.Operation != ast.Query, Asked: a.Asked})
	}
	if len(operations) == 0 {
		return nil, fault.New(fault.BadUserInput, "the document holds no operation")
	}
	return operations, nil
}

// unreadable says where a document stops making sense.
func unreadable(err error) error {
	e, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		return fault.New(fault.BadUserInput, "the document cannot be read")
	}
	where := ""
	if len(e.Locations) > 0 {
		where = fmt.Sprintf(" in line %d", e.Locations[0].Line)
	}
	return fault.New(fault.BadUserInput, "the document cannot be read%s: %s", where, e.Message)
}

// asking finds whom a document asks for.
type asking struct {
	Asked
	given    map[string]any
	defaults map[string]*ast.Value
}

func (a *asking) selections(set ast.SelectionSet) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			for _, arg := range s.Arguments {
				a.value(arg.Name, arg.Value)
			}
			a.selections(s.SelectionSet)
		case *ast.InlineFragment:
			a.selections(s.SelectionSet)
		}
	}
}

func (a *asking) value(name string, v *ast.Value) {
	switch {
	case v == nil:
	case v.Kind == ast.Variable:
		if given, ok := a.given[v.Raw]; ok {
			a.plain(name, given)
		} else {
			a.value(name, a.defaults[v.Raw])
		}
	case v.Kind == ast.StringValue || v.Kind == ast.BlockValue || v.Kind == ast.EnumValue:
		a.add(name, v.Raw)
	default:
		for _, child := range v.Children {
			a.value(cmp.Or(child.Name, name), child.Value)
		}
	}
}

func (a *asking) plain(name string, v any) {
	switch v := v.(type) {
	case string:
		a.add(name, v)
	case []any:
		for _, each := range v {
			a.plain(name, each)
		}
	case map[string]any:
		for key, each := range v {
			a.plain(key, each)
		}
	}
}
