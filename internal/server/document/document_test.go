package document_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/server/document"
)

const sdl = `
scalar Month
enum Status { ACTIVE RETIRED }
input Key @oneOf { id: ID code: String }
input Row { employee: Key! month: Month! minutes: Int! = 10 tags: [String!] }
type Query {
  employees(first: Int, filter: Filter): EmployeeConnection!
  nodes(ids: [ID!]!): [Employee]!
  employee(key: Key, minutes: Int, status: Status): Employee
}
input Filter { status: [Status!] text: String nested: Filter list: [[String]] }
type EmployeeConnection { nodes: [Employee!]! totalCount: Int! }
type Employee {
  id: ID! code: String managers: [Employee!]! boss: Employee
  team(first: Int = 20): EmployeeConnection
}
type Mutation { put(rows: [Row!]!, key: Key): Boolean }
`

func newPreparer(tb testing.TB, opts document.Options) *document.Preparer {
	tb.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "test", Input: sdl})
	if err != nil {
		tb.Fatal(err)
	}
	p, err := document.New(schema, opts)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// bad are documents that ask for too much: what each is called, its text, and
// words of the message that name limit and value.
func bad() map[string]struct{ text, says string } {
	type c = struct{ text, says string }
	return map[string]c{
		"tokens":            {"{" + strings.Repeat("id ", 10_000) + "}", "the limit is 4000"},
		"comments":          {strings.Repeat("#\n", 500_000) + "{__typename}", "the limit is 4000"},
		"duplicates":        {"{employee{" + strings.Repeat("id ", 3_900) + "}}", "3900; the limit is 200"},
		"repeats":           {"{employee{" + strings.Repeat("id ", 100) + "}}", `"id" in one selection set: 100; the limit is 40`},
		"inline duplicates": {"{employee{" + strings.Repeat("...{id id} ", 700) + "}}", "1400; the limit is 200"},
		"merged duplicates": {"{" + strings.Repeat("employee{"+strings.Repeat("id ", 190)+"}", 20) + "}", "the limit is"},
		"wide":              {"{employee{" + numbered("a%d: id ", 201) + "}}", "the limit is 200"},
		"aliases":           {"{" + strings.Repeat("employee{boss{"+numbered("a%d: id ", 30)+"}}", 7) + "}", "210; the limit is 200"},
		"aliases in bombs":  {bomb(12, "a$i: boss{...f$n} b$i: boss{...f$n}"), "the limit is"},
		"deep":              {nested(16), "17; the limit is 15"},
		"very deep":         {nested(900), "901; the limit is 15"},
		"beyond the parser": {nested(1_300), "maximum nesting depth"},
		"deep by fragments": {bomb(20, "boss{...f$n}"), "22; the limit is 15"},
		"fragments":         {bomb(101, "...f$n"), "102; the limit is 100"},
		"spreads":           {"{employee{" + strings.Repeat("...f ", 301) + "}} fragment f on Employee{id}", "301; the limit is 300"},
		"merging bomb":      {bomb(13, "boss{...f$n} boss{...f$n x:boss{id}} x:boss{...f$n}"), "the limit is"},
		"operations":        {numbered("query q%d{__typename}", 21), "21; the limit is 20"},
		"values":            {"{employees(filter:" + strings.Repeat("{nested:", 21) + "{}" + strings.Repeat("}", 21) + "){totalCount}}", "22; the limit is 20"},
		"list values":       {"{employees(filter:{list:" + strings.Repeat("[", 500) + strings.Repeat("]", 500) + "}){totalCount}}", "501; the limit is 20"},
		"work":              {workload(20), "the limit is 20000"},
	}
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func nested(n int) string {
	return "{employee" + strings.Repeat("{boss", n-1) + "{id}" + strings.Repeat("}", n-1) + "}"
}

// bomb is n fragments, each of which spreads the next as body says: $i is the
// fragment's number and $n the next one's.
func bomb(n int, body string) string {
	var b strings.Builder
	b.WriteString("{employee{...f0}}")
	for i := range n {
		fill := strings.NewReplacer("$i", strconv.Itoa(i), "$n", strconv.Itoa(i+1))
		b.WriteString(fill.Replace(" fragment f$i on Employee{" + body + "}"))
	}
	fmt.Fprintf(&b, " fragment f%d on Employee{id}", n)
	return b.String()
}

// workload is fourteen layers of seven fragments, each of which reaches all of
// the layers below, which validation reads again for each.
func workload(fields int) string {
	var b strings.Builder
	b.WriteString("{employee{...f0_0}}")
	for layer := range 14 {
		for i := range 7 {
			fmt.Fprintf(&b, " fragment f%d_%d on Employee{", layer, i)
			b.WriteString(strings.Repeat("id ", fields))
			if layer < 13 {
				fmt.Fprintf(&b, "boss{...f%[1]d_%[2]d ...f%[1]d_%[3]d ...f%[1]d_%[4]d}", layer+1, i, (i+1)%7, (i+3)%7)
			}
			b.WriteString("}")
		}
	}
	return b.String()
}

func TestPrepare_refusesTooMuch(t *testing.T) {
	t.Parallel()
	p := newPreparer(t, document.Options{})
	for name, c := range bad() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := p.Prepare(c.text)
			want := fault.QueryTooComplex
			if name == "beyond the parser" {
				want = fault.ParseFailed
			}
			if got := fault.CodeOf(err); got != want {
				t.Fatalf("code %q, want %q: %v", got, want, err)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v does not say %q", err, c.says)
			}
		})
	}
}

// TestPrepare_acceptsFragments: a fragment counts once in a set, and is walked
// once however many places spread it, so that honest documents pass.
func TestPrepare_acceptsFragments(t *testing.T) {
	t.Parallel()
	p := newPreparer(t, document.Options{})
	for name, text := range map[string]string{
		"spread often": "{employee{...f ...f ...f ...f}} fragment f on Employee{id code " + strings.Repeat("boss{id} ", 38) + numbered("b%d: id ", 45) + "}",
		"shared below": bomb(13, "id code boss{id code ...f$n} managers{id code ...f$n}"),
	} {
		if _, err := p.Prepare(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPrepare_invalid(t *testing.T) {
	t.Parallel()
	p := newPreparer(t, document.Options{})
	for name, c := range map[string]struct {
		text string
		code fault.Code
		says string
	}{
		"empty":              {"", fault.ParseFailed, "no operation"},
		"only a fragment":    {"fragment f on Query{__typename}", fault.ParseFailed, "no operation"},
		"syntax":             {"{", fault.ParseFailed, "Expected Name"},
		"no such field":      {"{employe{id}}", fault.ValidationFailed, `Did you mean "employee"`},
		"cycle":              {"{employee{...f}} fragment f on Employee{boss{...f boss{...f}}}", fault.ValidationFailed, "spreads itself"},
		"cycle of two":       {"{employee{...f}} fragment f on Employee{...g} fragment g on Employee{...f}", fault.ValidationFailed, "spreads itself"},
		"duplicate fragment": {"{employee{...f}} fragment f on Employee{id} fragment f on Employee{code}", fault.ValidationFailed, "only one fragment"},
		"defer":              {"{employee{...@defer{id}}}", fault.ValidationFailed, `"@defer"`},
		"oneOf literal":      {`{employee(key:{id:"1",code:"2"}){id}}`, fault.ValidationFailed, "exactly one key"},
		"64-bit Int":         {"{employees(first:99999999999){totalCount}}", fault.ValidationFailed, "beyond 32 bits"},
		"enum by string":     {`{employee(status:"ACTIVE"){id}}`, fault.ValidationFailed, "non-enum"},
		"subscription":       {"subscription{x}", fault.ValidationFailed, "subscription"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := p.Prepare(c.text)
			if got := fault.CodeOf(err); got != c.code {
				t.Fatalf("code %q, want %q: %v", got, c.code, err)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v does not say %q", err, c.says)
			}
		})
	}
}

func TestPrepare_switches(t *testing.T) {
	t.Parallel()
	p := newPreparer(t, document.Options{NoSuggestions: true, NoIntrospection: true})
	for _, text := range []string{
		"{employe{id}}", "{employees(frist:1){totalCount}}", "{employee(status:ACTIV){id}}",
		"{employee{...f}} fragment f on Employe{id}", "{employee}", "query($s:Statu){employee(status:$s){id}}",
		`{employees(filter:{txt:"a"}){totalCount}}`,
	} {
		_, err := p.Prepare(text)
		if err == nil || strings.Contains(err.Error(), "Did you mean") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"{__schema{types{name}}}", `{a:__type(name:"Query"){name}}`} {
		if _, err := p.Prepare(text); fault.CodeOf(err) != fault.ValidationFailed {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := p.Prepare("{__typename}"); err != nil {
		t.Error(err)
	}
}

func TestPrepare_longNamesAreNotCompared(t *testing.T) {
	t.Parallel()
	p := newPreparer(t, document.Options{})
	_, err := p.Prepare("{" + strings.Repeat("e", 900_000) + "}")
	if fault.CodeOf(err) != fault.ValidationFailed || len(err.Error()) > 2_000 {
		t.Errorf("%q, %d bytes", fault.CodeOf(err), len(err.Error()))
	}
}

func TestPrepare_reportsTheFirstErrors(t *testing.T) {
	t.Parallel()
	p := newPreparer(t, document.Options{})
	_, err := p.Prepare("{" + numbered("x%d ", 150) + "}")
	problems, ok := errors.AsType[document.Problems](err)
	if !ok || len(problems) != 21 {
		t.Fatalf("%d problems", len(problems))
	}
	if got := problems[0].Locations[0]; got.Line != 1 || got.Column != 2 {
		t.Errorf("first problem at %v", got)
	}
}

func TestPrepare_sharesDocuments(t *testing.T) {
	t.Parallel()
	p := newPreparer(t, document.Options{})
	a, err := p.Prepare("{employee{id}}")
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.Prepare("{employee{id}}")
	if err != nil || a != b {
		t.Errorf("the document was prepared twice (%v)", err)
	}
}

func TestOperation(t *testing.T) {
	t.Parallel()
	p := newPreparer(t, document.Options{})
	d, err := p.Prepare("query a{__typename} query b{__typename}")
	if err != nil {
		t.Fatal(err)
	}
	if op, err := d.Operation("b"); err != nil || op.Name != "b" {
		t.Errorf("b: %v, %v", op, err)
	}
	for _, name := range []string{"", "c"} {
		if _, err := d.Operation(name); fault.CodeOf(err) != fault.OperationResolutionFailed {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	p := newPreparer(t, document.Options{})
	const mutation = `mutation($rows: [Row!]!, $key: Key) { put(rows: $rows, key: $key) }`
	doc, err := p.Prepare(mutation)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ given, want, says string }{
		"defaults filled":  {`{"rows":[{"employee":{"id":7},"month":"2026-10"}]}`, `{"rows":[{"employee":{"id":"7"},"minutes":10,"month":"2026-10"}]}`, ""},
		"one for a list":   {`{"rows":{"employee":{"code":"c"},"month":1.5,"minutes":5.0,"tags":"x"}}`, `{"rows":[{"employee":{"code":"c"},"minutes":5,"month":1.5,"tags":["x"]}]}`, ""},
		"null variable":    {`{"rows":[],"key":null}`, `{"rows":[],"key":null}`, ""},
		"undeclared":       {`{"rows":[],"zzz":1}`, `{"rows":[]}`, ""},
		"oneOf both":       {`{"rows":[],"key":{"id":"1","code":"2"}}`, "", "$key: a Key holds exactly one field"},
		"oneOf none":       {`{"rows":[],"key":{}}`, "", "$key: a Key holds exactly one field"},
		"oneOf null":       {`{"rows":[],"key":{"id":null}}`, "", "$key: a Key holds exactly one field"},
		"oneOf nested":     {`{"rows":[{"employee":{},"month":1}]}`, "", "$rows[0].employee: a Key holds"},
		"missing":          {`{}`, "", "$rows: a [Row!]! is needed"},
		"null":             {`{"rows":null}`, "", "$rows: null is not a [Row!]!"},
		"null in list":     {`{"rows":[null]}`, "", "$rows[0]: null is not a Row!"},
		"missing field":    {`{"rows":[{"employee":{"id":"1"}}]}`, "", "$rows[0].month: a Month! is needed"},
		"unknown field":    {`{"rows":[{"secret":1}]}`, "", "$rows[0].secret: Row has no such field"},
		"string for Int":   {`{"rows":[{"employee":{"id":"1"},"month":1,"minutes":"secret"}]}`, "", "$rows[0].minutes: not a valid Int!"},
		"Int out of range": {`{"rows":[{"employee":{"id":"1"},"month":1,"minutes":99999999999}]}`, "", "minutes: not a valid Int!"},
		"fraction for Int": {`{"rows":[{"employee":{"id":"1"},"month":1,"minutes":1.5}]}`, "", "minutes: not a valid Int!"},
		"list for object":  {`{"rows":[],"key":[]}`, "", "$key: not a valid Key"},
		"bool for ID":      {`{"rows":[],"key":{"id":true}}`, "", "$key.id: not a valid ID"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := p.Variables(doc.Query.Operations[0], decode(t, c.given))
			if c.says != "" {
				if fault.CodeOf(err) != fault.ValidationFailed || !strings.Contains(err.Error(), c.says) {
					t.Fatalf("got %v, want %q", err, c.says)
				}
				if strings.Contains(strings.TrimPrefix(err.Error(), c.says), `"secret"`) {
					t.Errorf("the value is quoted: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			raw, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(decode(t, c.want), decode(t, string(raw))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestVariables_kinds(t *testing.T) {
	t.Parallel()
	p := newPreparer(t, document.Options{})
	doc, err := p.Prepare(`query($i: Int, $k: Key, $s: Status = ACTIVE, $ids: [ID!]! = "a") {
		employee(key: $k, minutes: $i, status: $s) { id } nodes(ids: $ids) { id }
	}`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Variables(doc.Query.Operations[0], decode(t, `{"i": 5e0}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"i": int64(5), "s": "ACTIVE", "ids": []any{"a"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, given := range []string{`{"s":"active"}`, `{"s":1}`} {
		if _, err := p.Variables(doc.Query.Operations[0], decode(t, given)); err == nil {
			t.Errorf("%s was accepted", given)
		}
	}
}

func TestCost(t *testing.T) {
	t.Parallel()
	p := newPreparer(t, document.Options{})
	for text, want := range map[string]int{
		"{__schema{types{fields{args{name}}}}}":          1 + 1 + 100*(1+4*(1+4)),
		"{employee{id code}}":                            3,
		"{employees{totalCount nodes{id}}}":              1 + 50*(1+(1+1)),
		"query($n:Int){employees(first:$n){nodes{id}}}":  1 + 100*2,
		"{employees(first:1000000){nodes{id}}}":          1 + 300*2,
		"{employees(first:null){nodes{id}}}":             1 + 50*2,
		"{employees(first:-1){nodes{id}}}":               1,
		"{employees(first:10){nodes{managers{id}}}}":     1 + 10*(1+(1+10*1)),
		`{nodes(ids:["a","b","c"]){id team{nodes{id}}}}`: 1 + 3*(1+1+20*2),
		"{employees(first:10){...c}} fragment c on EmployeeConnection{nodes{...e ...e}} fragment e on Employee{managers{id}}": 1 + 10*(1+2*11),
	} {
		doc, err := p.Prepare(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got, err := p.Cost(doc.Query.Operations[0], map[string]any{"n": int64(100)})
		if err != nil || got != want {
			t.Errorf("%s: cost %d, want %d (%v)", text, got, want, err)
		}
	}
}

func TestCost_refuses(t *testing.T) {
	t.Parallel()
	p := newPreparer(t, document.Options{})
	doc, err := p.Prepare("{employees(first:300){nodes{team(first:300){nodes{team(first:300){nodes{id}}}}}}}")
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Cost(doc.Query.Operations[0], nil)
	if fault.CodeOf(err) != fault.QueryTooComplex || !strings.Contains(err.Error(), "54180601; the limit is 1000000") {
		t.Error(err)
	}
}

func decode(t *testing.T, s string) map[string]any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	var v map[string]any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
