package carely

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/graph-gophers/graphql-go/ast"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// problem is one thing wrong with a variable, as graphql-ruby tells it.
type problem struct {
	Path        []string `json:"path"`
	Explanation string   `json:"explanation"`
}

type variableError struct {
	Message    string             `json:"message"`
	Locations  []location         `json:"locations"`
	Extensions variableExtensions `json:"extensions"`
}

type location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

type variableExtensions struct {
	Value    any       `json:"value"`
	Problems []problem `json:"problems"`
}

// checkVariables finds what is wrong with the input objects among the variables
// before the operation runs (document, "Errorについて", second sample). Anything
// else the library refuses in its own words.
func (s *Server) checkVariables(op operation) []variableError {
	var out []variableError
	declared := regexp.MustCompile(`\$(\w+)\s*:\s*(CustomerInput|ApiOvertimeInput)(!?)`)
	for _, at := range declared.FindAllStringSubmatchIndex(op.Query, -1) {
		name, kind := op.Query[at[2]:at[3]], op.Query[at[4]:at[5]]
		required := at[6] < at[7]
		value, sent := op.Variables[name]
		input, ok := s.schema.AST().Types[kind].(*ast.InputObject)
		if !ok || !sent && !required {
			continue
		}
		found := inputProblems(input, value, required)
		if len(found) == 0 {
			continue
		}
		before := op.Query[:at[0]]
		where := location{strings.Count(before, "\n") + 1, at[0] - strings.LastIndex(before, "\n")}
		out = append(out, variableError{
			Message: fmt.Sprintf("Variable $%s of type %s%s was provided invalid value%s",
				name, kind, op.Query[at[6]:at[7]], explain(found)),
			Locations:  []location{where},
			Extensions: variableExtensions{Value: value, Problems: found},
		})
	}
	return out
}

// explain lists the problems as the sample does.
func explain(found []problem) string {
	var out []string
	for _, p := range found {
		if len(p.Path) == 0 {
			return ""
		}
		out = append(out, strings.Join(p.Path, ".")+" ("+p.Explanation+")")
	}
	return " for " + strings.Join(out, ", ")
}

func inputProblems(input *ast.InputObject, value any, required bool) []problem {
	if value == nil {
		if required {
			return []problem{{Path: []string{}, Explanation: "Expected value to not be null"}}
		}
		return nil
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return []problem{{
			Path:        []string{},
			Explanation: "Expected " + shown(value) + " to be a key-value object responding to `to_h` or `to_unsafe_h`.",
		}}
	}
	var out []problem
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if input.Values.Get(name) == nil {
			out = append(out, problem{[]string{name}, "Field is not defined on " + input.Name})
		}
	}
	for _, field := range input.Values {
		if why := valueProblem(field.Type, fields[field.Name.Name]); why != "" {
			out = append(out, problem{[]string{field.Name.Name}, why})
		}
	}
	return out
}

// valueProblem says why a value does not fit a type; "" when it does.
func valueProblem(t ast.Type, value any) string {
	if required, ok := t.(*ast.NonNull); ok {
		if value == nil {
			return "Expected value to not be null"
		}
		t = required.OfType
	}
	if value == nil {
		return ""
	}
	fits := true
	switch t := t.(type) {
	case *ast.EnumTypeDefinition:
		var names []string
		for _, v := range t.EnumValuesDefinition {
			names = append(names, v.EnumValue)
		}
		if text, ok := value.(string); !ok || !slices.Contains(names, text) {
			return "Expected " + shown(value) + " to be one of: " + strings.Join(names, ", ")
		}
	case *ast.ScalarTypeDefinition:
		switch t.Name {
		case "String":
			_, fits = value.(string)
		case "Boolean":
			_, fits = value.(bool)
		case "Int":
			n, ok := value.(float64)
			fits = ok && n == float64(int32(n))
		case "Upload":
			_, fits = value.(*upload)
		}
		if !fits {
			return "Could not coerce value " + shown(value) + " to " + t.Name
		}
	}
	return ""
}

func shown(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return "the value"
	}
	return string(text)
}

// refuse answers with top-level errors; data may be absent (facts 2.6).
func (s *Server) refuse(w http.ResponseWriter, problems []variableError) {
	body := map[string]any{"errors": problems}
	if s.quirks.On(NullData) {
		body["data"] = nil
	}
	control.WriteJSON(w, http.StatusOK, body)
}
