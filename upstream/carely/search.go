package carely

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/Khan/genqlient/graphql"
)

// OvertimeArguments are the names of the searches of overtimes. The vendor's
// document tells what can be searched and not what the arguments are called.
type OvertimeArguments struct {
	BranchNames, BranchUUIDs, CustomerUUIDs, EmployeeNumbers string
}

// withDefaults fills empty names by analogy with customers, and checks all.
func (a OvertimeArguments) withDefaults() (OvertimeArguments, error) {
	for _, f := range []struct {
		name      *string
		byDefault string
	}{
		{&a.BranchNames, "branchNames"},
		{&a.BranchUUIDs, "branchUuids"},
		{&a.CustomerUUIDs, "customerUuids"},
		{&a.EmployeeNumbers, "employeeNumbers"},
	} {
		if *f.name == "" {
			*f.name = f.byDefault
		}
		if !graphQLName(*f.name) {
			return a, fmt.Errorf("carely: the argument for %s is not a GraphQL name", f.byDefault)
		}
	}
	return a, nil
}

func graphQLName(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// search is an argument of which any value may match.
type search struct {
	argument string
	values   []string
	// literal writes the values into the text of the query: a list of texts fits
	// [String!] and [ID!] there, while a variable must be declared as one of them
	// and which one is not known.
	literal bool
}

// The places that narrow extends; see operations/*.graphql.
const (
	declared = "($first: Int, $after: String)"
	called   = "(first: $first, after: $after)"
)

// narrow returns the request for a page of a generated query with the searches
// that are used. An argument that is not used is not named at all: a server that
// does not know it refuses the whole operation.
func (c *Client) narrow(operation, text, after string, searches []search) *graphql.Request {
	variables := map[string]any{"first": c.page}
	if after != "" {
		variables["after"] = after
	}
	var declarations, arguments strings.Builder
	for _, s := range searches {
		if s.values == nil {
			continue
		}
		value := "$" + s.argument
		if s.literal {
			value = literal(s.values)
		} else {
			fmt.Fprintf(&declarations, ", $%s: [String!]", s.argument)
			variables[s.argument] = s.values
		}
		fmt.Fprintf(&arguments, ", %s: %s", s.argument, value)
	}
	text = strings.Replace(text, declared, strings.TrimSuffix(declared, ")")+declarations.String()+")", 1)
	text = strings.Replace(text, called, strings.TrimSuffix(called, ")")+arguments.String()+")", 1)
	return &graphql.Request{OpName: operation, Query: text, Variables: variables}
}

// literal writes a GraphQL list of strings. JSON escapes a string as GraphQL does.
func literal(values []string) string {
	b, err := json.Marshal(values)
	if err != nil {
		return "[]" // cannot happen: texts are always encoded.
	}
	return string(b)
}
