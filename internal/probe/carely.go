package probe

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/upstream/carely"
)

// carelyPage is how many customers are asked for, to see how many come.
const carelyPage = 150

// introspection asks for names and types only.
const introspection = `query Probe { __schema { types { name
  fields(includeDeprecated: true) { name args { name type { ...T } } type { ...T } }
  inputFields { name type { ...T } } } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }`

// The pages bring nothing but positions.
const (
	carelyPositions = `query Probe { customers(first: 2) { edges { cursor } pageInfo { endCursor } } }`
	carelyWrong     = `query Probe { customers(first: "two") { edges { cursor } } }`
	carelyPageQuery = `query Probe { customers(first: 150) { edges { cursor } pageInfo { hasNextPage } } }`
)

// carelySeen is what a Carely tenant answered.
type carelySeen struct {
	schema, positions, page sample
	// wrong is the answer to an argument of a wrong type, nobody that to a token
	// which is nobody's.
	wrong, nobody sample
	// types are the tenant's, by name; nil without introspection.
	types map[string]object
	want  *ast.Schema
}

func probeCarely(ctx context.Context, t Target) []Finding {
	ask := func(query string) sample {
		return read(ctx, t.Client, "carely.probe",
			post(t.Link.URL, "", nil, map[string]string{"query": query, "operationName": "Probe"}, bearer))
	}
	seen := carelySeen{
		wrong: ask(carelyWrong),
		nobody: read(ctx, t.Client.WithTokens(nil), "carely.probe", post(t.Link.URL, "", nil,
			map[string]string{"query": carelyPositions, "operationName": "Probe"},
			func(string) string { return bearer(noToken) })),
		schema: ask(introspection), positions: ask(carelyPositions), page: ask(carelyPageQuery),
	}
	if all := objects(at(seen.schema.doc, "data", "__schema", "types")); len(all) > 0 {
		seen.types = map[string]object{}
		for _, one := range all {
			seen.types[fmt.Sprint(one["name"])] = one
		}
	}
	if want, err := gqlparser.LoadSchema(&ast.Source{Name: "carely", Input: carely.Schema()}); err == nil {
		seen.want = want
	}
	return judge(carelyFacts(), &seen)
}

func carelyFacts() []fact[carelySeen] {
	return []fact[carelySeen]{
		{"a token holder may introspect the schema", "a client of the vendor's own did so in 2020", introspected},
		{
			"overtimes are searched by branchNames, branchUuids, customerUuids and employeeNumbers",
			"API document, overtimes, which names no argument", overtimeArguments,
		},
		{"the ids in overtimes' searches are [String!]", "API document, overtimes", overtimeIDs},
		{"customers can be paged backwards, by last and before", "API document, customers", backwards},
		{"arguments have the types that the gateway declares", "API document, all operations", argumentTypes},
		{"every field that the gateway reads exists", "API document, sample operations", outputFields},
		{"every field that the gateway writes exists", "API document, CustomerInput and ApiOvertimeInput", inputFields},
		{"the hour of an overtime is an Int", "API document, overtimes, sample", hourType},
		{"a page has 100 rows at most, whatever was asked", "API document, customers, sample", pageSize},
		{"cursors are positions in base64url", "API document, customers, sample", cursors},
		{"data is null, and not absent, beside errors", "API document, errors, sample", nullData},
		{"a refused token is answered with HTTP 401", "API document's sample is a client's", refusedCarelyToken},
		{
			"errors of a write that went well are null", "API document, errors, which prints an empty object too",
			unprobed[carelySeen]("it would write"),
		},
		{
			"token_type is answered as Bearer", "API document, tokens, table against sample",
			unprobed[carelySeen]("it would spend the refresh token"),
		},
		{
			"the old tokens end as soon as new ones are given", "API document, tokens, which does not say",
			unprobed[carelySeen]("it would spend the refresh token"),
		},
	}
}

func refusedCarelyToken(s *carelySeen) outcome {
	return refusedToken(at(s.positions.doc, "data", "customers") != nil, s.nobody)
}

func nullData(s *carelySeen) outcome {
	o, _ := s.wrong.doc.(object)
	data, there := o["data"]
	if len(objects(o["errors"])) == 0 || data != nil {
		return unknown("an argument of a wrong type was not refused as a whole: %s", s.wrong)
	}
	return either(there, "the answer has %s", fields([]object{o}))
}

// field finds a field of a type, or an argument of a field, by name.
func field(list any, wanted string) (object, bool) {
	for _, o := range objects(list) {
		if o["name"] == wanted {
			return o, true
		}
	}
	return nil, false
}

// names lists the names of fields or arguments.
func names(list any) string {
	var out []string
	for _, o := range objects(list) {
		if n, ok := o["name"].(string); ok && name.MatchString(n) {
			out = append(out, n)
		}
	}
	return strings.Join(out, ", ")
}

// written is a type as SDL writes it.
func written(t any) string {
	switch at(t, "kind") {
	case "NON_NULL":
		return written(at(t, "ofType")) + "!"
	case "LIST":
		return "[" + written(at(t, "ofType")) + "]"
	default:
		n, _ := at(t, "name").(string)
		return n
	}
}

// closed is what is said when the schema could not be read.
func (s *carelySeen) closed() (outcome, bool) {
	if s.types == nil || s.want == nil {
		return unknown("the schema cannot be introspected: %s", s.schema), true
	}
	return outcome{}, false
}

func introspected(s *carelySeen) outcome {
	if s.schema.status == 0 || s.schema.status == http.StatusUnauthorized {
		return unknown("%s", s.schema)
	}
	return either(s.types != nil, "%s, %d types", s.schema, len(s.types))
}

func (s *carelySeen) arguments(of string) any {
	f, _ := field(at(s.types["Query"], "fields"), of)
	return f["args"]
}

func searches() []string {
	return []string{"branchNames", "branchUuids", "customerUuids", "employeeNumbers"}
}

func overtimeArguments(s *carelySeen) outcome {
	if o, ok := s.closed(); ok {
		return o
	}
	args := s.arguments("overtimes")
	missing := 0
	for _, wanted := range searches() {
		if _, ok := field(args, wanted); !ok {
			missing++
		}
	}
	o := either(missing == 0, "%d of 4 are missing; the arguments are %s", missing, names(args))
	for key, likely := range searchNames() {
		if _, ok := field(args, likely.standard); ok {
			continue
		}
		if found := alike(args, likely.parts); found != "" {
			o = o.set("overtime_arguments."+key, found)
		}
	}
	slices.SortFunc(o.settings, func(a, b Setting) int { return strings.Compare(a.Key, b.Key) })
	return o
}

type searchName struct {
	standard string
	parts    []string
}

// searchNames are the searches by the key of their setting, with what another
// name would hold.
func searchNames() map[string]searchName {
	return map[string]searchName{
		"branch_names":     {"branchNames", []string{"branch", "name"}},
		"branch_uuids":     {"branchUuids", []string{"branch", "id"}},
		"customer_uuids":   {"customerUuids", []string{"customer", "id"}},
		"employee_numbers": {"employeeNumbers", []string{"employee", "number"}},
	}
}

// alike is the only argument whose name holds all parts, "" without one.
func alike(args any, parts []string) string {
	var found []string
	for _, arg := range objects(args) {
		n, _ := arg["name"].(string)
		lacks := func(part string) bool { return !strings.Contains(strings.ToLower(n), part) }
		if name.MatchString(n) && !slices.ContainsFunc(parts, lacks) {
			found = append(found, n)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

func overtimeIDs(s *carelySeen) outcome {
	if o, ok := s.closed(); ok {
		return o
	}
	args := s.arguments("overtimes")
	same, parts := true, []string(nil)
	for _, wanted := range []string{"branchUuids", "customerUuids"} {
		arg, ok := field(args, wanted)
		if !ok {
			return unknown("%s is not an argument", wanted)
		}
		t := written(arg["type"])
		same = same && (t == "[String!]" || t == "[String]")
		parts = append(parts, wanted+": "+t)
	}
	return either(same, "%s", strings.Join(parts, ", "))
}

func backwards(s *carelySeen) outcome {
	if o, ok := s.closed(); ok {
		return o
	}
	args := s.arguments("customers")
	_, last := field(args, "last")
	_, before := field(args, "before")
	return either(last && before, "the arguments are %s", names(args))
}

// argumentTypes compares what the gateway's operations declare: those names and
// types travel. A null that the tenant allows and the gateway never sends is no
// difference.
func argumentTypes(s *carelySeen) outcome {
	if o, ok := s.closed(); ok {
		return o
	}
	var differ []string
	compared := 0
	for root, d := range map[string]*ast.Definition{"Query": s.want.Query, "Mutation": s.want.Mutation} {
		for _, f := range d.Fields {
			theirs, _ := field(at(s.types[root], "fields"), f.Name)
			for _, arg := range f.Arguments {
				have, ok := field(theirs["args"], arg.Name)
				if !ok {
					continue // another fact tells
				}
				compared++
				if t := written(have["type"]); !takes(t, arg.Type.String()) {
					differ = append(differ, fmt.Sprintf("%s(%s: %s)", f.Name, arg.Name, t))
				}
			}
		}
	}
	if compared == 0 {
		return unknown("no argument could be compared")
	}
	slices.Sort(differ)
	return either(len(differ) == 0, "%d compared, %d differ%s", compared, len(differ), list(differ))
}

// takes says that a variable of one type may stand where another is expected.
func takes(expected, declared string) bool {
	return strings.ReplaceAll(declared, "!", "") == strings.ReplaceAll(expected, "!", "") &&
		strings.Count(expected, "!") <= strings.Count(declared, "!")
}

func list(items []string) string {
	if len(items) == 0 {
		return ""
	}
	if len(items) > 20 {
		items = append(items[:20:20], "…")
	}
	return ": " + strings.Join(items, ", ")
}

func outputFields(s *carelySeen) outcome { return s.missing(ast.Object, "fields") }

func inputFields(s *carelySeen) outcome { return s.missing(ast.InputObject, "inputFields") }

// missing lists the fields of the gateway's types of a kind that the tenant has
// not.
func (s *carelySeen) missing(kind ast.DefinitionKind, under string) outcome {
	if o, ok := s.closed(); ok {
		return o
	}
	var lost []string
	compared := 0
	for typeName, d := range s.want.Types {
		if d.Kind != kind || d.BuiltIn || strings.HasPrefix(typeName, "__") {
			continue
		}
		theirs := at(s.types[typeName], under)
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			compared++
			if _, ok := field(theirs, f.Name); !ok {
				lost = append(lost, typeName+"."+f.Name)
			}
		}
	}
	slices.Sort(lost)
	return either(len(lost) == 0, "%d compared, %d missing%s", compared, len(lost), list(lost))
}

func hourType(s *carelySeen) outcome {
	if o, ok := s.closed(); ok {
		return o
	}
	hour, ok := field(at(s.types["Overtime"], "fields"), "hour")
	if !ok {
		return unknown("Overtime has no hour")
	}
	t := written(hour["type"])
	return either(strings.TrimSuffix(t, "!") == "Int", "hour: %s", t)
}

func pageSize(s *carelySeen) outcome {
	got := len(objects(at(s.page.doc, "data", "customers", "edges")))
	more := at(s.page.doc, "data", "customers", "pageInfo", "hasNextPage") == true
	switch {
	case got > 100:
		return refuted("%d rows came for %d", got, carelyPage)
	case got == 100 && more:
		return confirmed("%d rows came for %d, and there are more", got, carelyPage)
	default:
		return unknown("the tenant shows %d customers, too few to tell: %s", got, s.page)
	}
}

func cursors(s *carelySeen) outcome {
	edges := objects(at(s.positions.doc, "data", "customers", "edges"))
	if len(edges) == 0 {
		return unknown("no customer was read: %s", s.positions)
	}
	positions := 0
	for i, e := range edges {
		cursor, _ := e["cursor"].(string)
		if cursor == base64.RawURLEncoding.EncodeToString(fmt.Append(nil, i+1)) {
			positions++
		}
	}
	return either(positions == len(edges), "%d of the first %d are", positions, len(edges))
}
