package e2e_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// A blunder is a request that cannot be answered. It is a GraphQL request unless
// contentType and body are set.
type blunder struct {
	name      string
	query     string
	variables map[string]any
	// contentType and body make a request that is not GraphQL over HTTP.
	contentType, body string
	code              string
	// status is 200 unless set.
	status int
	// says must be in the message, such as the name of the argument.
	says string
}

// repeat joins n texts made with the numbers from 0.
func repeat(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func many(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = employeeID(i + 1)
	}
	return out
}

// requestBlunders are wrong before anything is executed.
func requestBlunders() []blunder {
	bomb := "{ employees { nodes { ...f0 } } }" +
		repeat(26, "fragment f%[1]d on Employee { a: managers { ...g%[1]d } b: managers { ...g%[1]d } } ")
	for i := range 26 {
		bomb = strings.ReplaceAll(bomb, fmt.Sprintf("...g%d }", i), fmt.Sprintf("...f%d }", i+1))
	}
	bomb += "fragment f26 on Employee { id }"
	return []blunder{
		{name: "malformed JSON", contentType: "application/json", body: `{"query": "{ viewer`, code: "BAD_REQUEST", status: 400},
		{name: "no JSON", contentType: "application/json", body: "query=1", code: "BAD_REQUEST", status: 400},
		{name: "empty body", contentType: "application/json", code: "BAD_REQUEST", status: 400},
		{name: "a batch", contentType: "application/json", body: `[{"query":"{viewer{name}}"}]`, code: "BAD_REQUEST", status: 400},
		{name: "no query", contentType: "application/json", body: `{}`, code: "BAD_REQUEST", status: 400},
		{name: "query of a wrong type", contentType: "application/json", body: `{"query": 7}`, code: "BAD_REQUEST", status: 400},
		{
			name: "variables of a wrong type", contentType: "application/json", body: `{"query":"{viewer{name}}","variables":[1]}`,
			code: "BAD_REQUEST", status: 400,
		},
		{name: "text", contentType: "text/plain", body: `{"query":"{viewer{name}}"}`, code: "UNSUPPORTED_MEDIA_TYPE", status: 415},
		{
			name: "a form", contentType: "application/x-www-form-urlencoded", body: "query={viewer{name}}",
			code: "UNSUPPORTED_MEDIA_TYPE", status: 415,
		},
		{
			name: "a multipart form", contentType: "multipart/form-data; boundary=x", body: "--x--",
			code: "UNSUPPORTED_MEDIA_TYPE", status: 415,
		},
		{
			name: "Shift JIS", contentType: "application/json; charset=shift_jis", body: `{"query":"{viewer{name}}"}`,
			code: "UNSUPPORTED_MEDIA_TYPE", status: 415,
		},
		{
			name: "a huge body", contentType: "application/json",
			body: `{"query":"{viewer{name}}","x":"` + strings.Repeat("x", 2<<20) + `"}`, code: "PAYLOAD_TOO_LARGE", status: 413,
		},
		{name: "no GraphQL", query: "select * from employees", code: "GRAPHQL_PARSE_FAILED"},
		{name: "control characters", query: "{ viewer { name\x00 } }", code: "GRAPHQL_PARSE_FAILED"},
		{name: "an unknown field", query: "{ viewer { password } }", code: "GRAPHQL_VALIDATION_FAILED", says: "password"},
		{name: "an unknown mutation", query: "mutation { dismiss { outcome } }", code: "GRAPHQL_VALIDATION_FAILED"},
		{
			name: "an unknown operation", contentType: "application/json",
			body: `{"query":"query A { viewer { name } }","operationName":"B"}`, code: "OPERATION_RESOLUTION_FAILED",
		},
		{
			name: "no operation name", query: "query A { viewer { name } } query B { viewer { name } }",
			code: "OPERATION_RESOLUTION_FAILED",
		},
		{name: "a deep document", query: "{ viewer { employee " + strings.Repeat("{ managers ", 40) + "{ id }" +
			strings.Repeat("} ", 42), code: "QUERY_TOO_COMPLEX", says: "limit"},
		{
			name: "a wide document", query: "{ viewer { " + strings.Repeat("name ", 3000) + "} }",
			code: "QUERY_TOO_COMPLEX", says: "limit",
		},
		{
			name: "many tokens", query: "{ viewer { " + strings.Repeat("name ", 20_000) + "} }",
			code: "QUERY_TOO_COMPLEX", says: "limit",
		},
		{name: "aliases", query: "{ " + repeat(201, "a%d: viewer { name } ") + "}", code: "QUERY_TOO_COMPLEX", says: "limit"},
		{name: "a fragment bomb", query: bomb, code: "QUERY_TOO_COMPLEX", says: "limit"},
		{name: "a circle of fragments", query: "{ viewer { employee { ...a } } } fragment a on Employee { ...b } " +
			"fragment b on Employee { ...a }", code: "GRAPHQL_VALIDATION_FAILED"},
		{
			name: "a costly document", query: `{ employees(first: 300) { nodes { managers { managers { managers { stamps(
			first: 300, from: "2026-11-01", to: "2026-11-20") { nodes { kind } } } } } } } }`,
			code: "QUERY_TOO_COMPLEX", says: "limit",
		},
		{name: "enormous first", query: "{ employees(first: 99999999999) { totalCount } }", code: "GRAPHQL_VALIDATION_FAILED"},
		{
			name: "enormous first in a variable", query: "query($n: Int) { employees(first: $n) { totalCount } }",
			variables: map[string]any{"n": 99999999999}, code: "GRAPHQL_VALIDATION_FAILED", says: "$n",
		},
		{name: "both keys", query: `{ employee(by: { id: "a", code: "b" }) { id } }`, code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "no key", query: `{ employee(by: {}) { id } }`, code: "GRAPHQL_VALIDATION_FAILED"},
		{
			name: "both keys in a variable", query: `query($by: EmployeeRef!) { employee(by: $by) { id } }`,
			variables: map[string]any{"by": map[string]any{"id": "a", "code": "b"}}, code: "GRAPHQL_VALIDATION_FAILED", says: "$by",
		},
		{
			name: "no key in a variable", query: `query($by: EmployeeRef!) { employee(by: $by) { id } }`,
			variables: map[string]any{"by": map[string]any{}}, code: "GRAPHQL_VALIDATION_FAILED", says: "$by",
		},
		{
			name: "a null key in a variable", query: `query($by: EmployeeRef!) { employee(by: $by) { id } }`,
			variables: map[string]any{"by": map[string]any{"code": nil}}, code: "GRAPHQL_VALIDATION_FAILED", says: "$by",
		},
		{
			name: "variables inside both keys", query: `query($a: ID, $b: String) { employee(by: { id: $a, code: $b }) { id } }`,
			variables: map[string]any{"b": "E00001"}, code: "GRAPHQL_VALIDATION_FAILED",
		},
		{name: "an unknown variable type", query: `query($a: Person) { employee(by: $a) { id } }`, code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "a missing variable", query: `query($id: ID!) { node(id: $id) { id } }`, code: "GRAPHQL_VALIDATION_FAILED", says: "$id"},
		{
			name: "an unknown enum value", query: `{ employees(filter: { status: [FIRED] }) { totalCount } }`,
			code: "GRAPHQL_VALIDATION_FAILED",
		},
	}
}

// inputBlunders are wrong in an argument; their field is null and nothing else.
func inputBlunders() []blunder {
	unit, person, project := unitID(101), employeeID(1), projectID(1)
	stamps := func(from, to string) string {
		return fmt.Sprintf(`{ viewer { employee { stamps(from: %q, to: %q) { totalCount } } } }`, from, to)
	}
	list := []blunder{
		{name: "no id", query: `{ node(id: "nonsense") { id } }`, code: "BAD_USER_INPUT", says: "id"},
		{name: "an empty id", query: `{ node(id: "") { id } }`, code: "BAD_USER_INPUT", says: "id"},
		{name: "an id with control characters", query: `{ node(id: "\u0000\u001f") { id } }`, code: "BAD_USER_INPUT"},
		{name: "a long id", query: `{ node(id: "` + strings.Repeat("A", 100_000) + `") { id } }`, code: "BAD_USER_INPUT"},
		{name: "an unknown id", query: fmt.Sprintf(`{ node(id: %q) { id } }`, employeeID(987654)), code: "NOT_FOUND"},
		{name: "an unknown organisation", query: fmt.Sprintf(`{ organization(id: %q) { id } }`, unitID(987654)), code: "NOT_FOUND"},
		{name: "an unknown link", query: fmt.Sprintf(`{ node(id: %q) { id } }`, hr.EncodeID(hr.KindEmployee,
			hr.Ref{Link: hr.Link{System: hr.Akashi, Name: "other"}, ID: "1"})), code: "NOT_FOUND"},
		{name: "an unknown code", query: `{ employee(by: { code: "nobody" }) { id } }`, code: "NOT_FOUND"},
		{
			name: "an organisation for a person", query: fmt.Sprintf(`{ employee(by: { id: %q }) { id } }`, unit),
			code: "BAD_USER_INPUT", says: "Employee",
		},
		{
			name: "a person for an organisation", query: fmt.Sprintf(`{ organization(id: %q) { id } }`, person),
			code: "BAD_USER_INPUT", says: "Organization",
		},
		{
			name: "a person for a project", query: fmt.Sprintf(`{ project(id: %q) { id } }`, person),
			code: "BAD_USER_INPUT", says: "Project",
		},
		{
			name: "a project in a filter", query: fmt.Sprintf(`{ employees(filter: { organization: %q }) { totalCount } }`, project),
			code: "BAD_USER_INPUT", says: "Organization",
		},
		{
			name: "301 ids", query: `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, variables: map[string]any{"ids": many(301)},
			code: "BAD_USER_INPUT", says: "300",
		},
		{
			name: "301 codes", query: `query($c: [String!]) { employees(filter: { codes: $c }) { totalCount } }`,
			variables: map[string]any{"c": many(301)}, code: "BAD_USER_INPUT", says: "300",
		},
		{
			name: "301 codes of organisations", query: `query($c: [String!]) { organizations(filter: { codes: $c }) { totalCount } }`,
			variables: map[string]any{"c": many(301)}, code: "BAD_USER_INPUT", says: "300",
		},
		{
			name: "301 codes of projects", query: `query($c: [String!]) { projects(filter: { codes: $c }) { totalCount } }`,
			variables: map[string]any{"c": many(301)}, code: "BAD_USER_INPUT", says: "300",
		},
		{
			name: "101 characters", query: fmt.Sprintf(`{ employees(filter: { text: %q }) { totalCount } }`, strings.Repeat("髙", 101)),
			code: "BAD_USER_INPUT", says: "100",
		},
		{
			name: "control characters in a search", query: `{ employees(filter: { text: "a\u0000b" }) { totalCount } }`,
			code: "BAD_USER_INPUT", says: "control",
		},
		{
			name: "a line break in a search", query: `{ organizations(filter: { text: "a\nb" }) { totalCount } }`,
			code: "BAD_USER_INPUT", says: "control",
		},
		{
			name: "an escape in a project search", query: `{ projects(filter: { text: "\u001b[2J" }) { totalCount } }`,
			code: "BAD_USER_INPUT", says: "control",
		},
		{name: "a reversed period", query: stamps("2026-11-20", "2026-11-01"), code: "BAD_USER_INPUT", says: "from"},
		{name: "367 days", query: stamps("2025-11-19", "2026-11-20"), code: "BAD_USER_INPUT", says: "366"},
		{name: "a hundred years", query: stamps("2000-01-01", "2099-12-31"), code: "BAD_USER_INPUT", says: "366"},
		{
			name: "reversed months", query: `{ viewer { employee { overtimes(from: "2026-11", to: "2026-10") { totalCount } } } }`,
			code: "BAD_USER_INPUT", says: "from",
		},
		{
			name: "122 months", query: `{ viewer { employee { overtimes(from: "2016-10", to: "2026-11") { totalCount } } } }`,
			code: "BAD_USER_INPUT", says: "120",
		},
		{
			name: "32 shift dates", query: `query($d: [Date!]!) { jobcan { shifts(employee: "E00003", dates: $d) { start } } }`,
			variables: map[string]any{"d": dates(32)}, code: "BAD_USER_INPUT", says: "31",
		},
	}
	for field, args := range map[string]string{
		"workingRecords": `from: "2026-11-20", to: "2026-11-01"`, "leaves": `from: "2026-11-20", to: "2026-11-01"`,
		"projects": `from: "2026-11-20", to: "2026-11-01"`, "tasks": `from: "2026-11-20", to: "2026-11-01"`,
		"manhours": `from: "2025-11-01", to: "2026-11-20"`,
	} {
		list = append(list, blunder{
			name: "period of " + field, code: "BAD_USER_INPUT", says: "",
			query: fmt.Sprintf(`{ viewer { employee { %s(%s) { totalCount } } } }`, field, args),
		})
	}
	for _, first := range []string{"-1", "0", "301", "2147483647"} {
		for _, field := range []string{"employees", "organizations", "projects"} {
			list = append(list, blunder{
				name: field + " first " + first, code: "BAD_USER_INPUT", says: "first",
				query: fmt.Sprintf(`{ %s(first: %s) { totalCount } }`, field, first),
			})
		}
		list = append(list, blunder{
			name: "stamps first " + first, code: "BAD_USER_INPUT", says: "first",
			query: fmt.Sprintf(`{ viewer { employee { stamps(from: "2026-11-19", to: "2026-11-19", first: %s) { totalCount } } } }`, first),
		})
	}
	for _, after := range []string{"", "nonsense", "====", strings.Repeat("A", 10_000), "Mh9h", "Mh9Qcm9qZWN0H1AwMDE"} {
		list = append(list, blunder{
			name: fmt.Sprintf("cursor %.10s", after), code: "BAD_USER_INPUT", says: "after",
			query: fmt.Sprintf(`{ employees(after: %q) { totalCount } }`, after),
		})
	}
	return list
}

// scalarBlunders are texts that no scalar of the schema takes.
func scalarBlunders() []blunder {
	var list []blunder
	for _, day := range []string{
		"2026-02-29", "2026-13-01", "2026-11-31", "2026-00-10", "26-11-01", "2026/11/01", "2026-11-1", "today", "",
		"2026-11-01T00:00:00Z", "２０２６-11-01", "99999-01-01", "-001-01-01",
	} {
		list = append(list,
			blunder{
				name: "date " + day, code: "BAD_USER_INPUT",
				query: fmt.Sprintf(`{ viewer { employee { stamps(from: %q, to: "2026-11-20") { totalCount } } } }`, day),
			},
			blunder{
				name: "date in a variable " + day, code: "BAD_USER_INPUT",
				query:     `query($d: Date!) { viewer { employee { stamps(from: $d, to: "2026-11-20") { totalCount } } } }`,
				variables: map[string]any{"d": day},
			})
	}
	for _, month := range []string{"2026-13", "2026-00", "2026-1", "2026", "202611", "2026-11-01", "", "2026-1１"} {
		list = append(list, blunder{
			name: "month " + month, code: "BAD_USER_INPUT",
			query: fmt.Sprintf(`{ viewer { employee { overtimes(from: %q, to: "2026-11") { totalCount } } } }`, month),
		})
	}
	return append(list, blunder{
		name: "a number for a date", code: "BAD_USER_INPUT",
		query: `{ viewer { employee { stamps(from: 20261101, to: "2026-11-20") { totalCount } } } }`,
	})
}

func dates(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = time.Date(2026, 10, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	return out
}

func blunders() []blunder {
	return append(append(requestBlunders(), inputBlunders()...), scalarBlunders()...)
}
