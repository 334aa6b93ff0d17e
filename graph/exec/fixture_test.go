package exec_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/hitotsu/hitotsu/graph/exec"
)

const testSchema = `
directive @goField(forceResolver: Boolean, name: String) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
"A day."
scalar Day @specifiedBy(url: "https://example.com/day")
scalar Any
enum Color { RED GREEN "old" BLUE @deprecated(reason: "too blue") }
interface Named { name: String! }
interface Node { id: ID! }
union Pet = Dog | Cat
type Dog implements Named & Node { id: ID! name: String! barks: Boolean! friends: [Pet!]! owner: Person @goField(forceResolver: true) }
type Cat implements Named & Node { id: ID! name: String! lives: Int! owner: Person @goField(forceResolver: true) }
type Person implements Named & Node {
  id: ID!
  name: String!
  nick: String
  age: Int!
  weight: Float
  color: Color
  born: Day
  extra: Any
  upper: String!
  boom: String
  renamed: String @goField(name: "Nick")
  home: House
  mustHome: House!
  grid: [[Cat!]]
  strict: [Cat!]!
  loose: [Cat]
  tags: [String!]
  boss: Person @goField(forceResolver: true)
  mustBoss: Person! @goField(forceResolver: true)
  reports(first: Int = 2, color: Color): [Person!]!
  maybeReports(first: Int): [Person!]
  score(by: Int! = 1): Int!
  beside(by: Int! = 1, of: Color): Beside @goField(forceResolver: true)
  grade: Int @goField(forceResolver: true)
  pets: [Pet!] @goField(forceResolver: true)
  gridBoss: [[Person!]] @goField(forceResolver: true)
}
type Beside { own: Int! all: String! }
type House { street: String! keeper: Person @goField(forceResolver: true) keepers: [Person] roof: Roof! }
type Roof { red: Boolean! }
input Where { city: String! = "Kyoto" floor: Int near: Where tags: [String!] color: Color day: Day }
input One @oneOf { id: ID code: String }
type Query {
  person(id: ID!): Person
  mustPerson(id: ID!): Person!
  people: [Person!]!
  pets: [Pet]
  named: [Named!]!
  node(id: ID!): Node
  echo(where: Where, one: One, n: Int, f: Float, b: Boolean, id: ID, s: String = "dflt", color: Color, day: Day, list: [Int!], any: Any): String
  req(n: Int!): String
  fail: String
  failHard: String!
  panics: String
  old: String @deprecated
  slow: String
  slowPeople: [Person!]
  report: String!
  selects: Person
}
type Mutation { add(n: Int!): Int! addLater(n: Int!): Sum }
type Sum { total: Int! @goField(forceResolver: true) }
`

type day struct{ text string }

func (d day) IsZero() bool { return d.text == "" }

func (d day) MarshalText() ([]byte, error) {
	if d.text == "bad" {
		return nil, errors.New("bad day")
	}
	return []byte(d.text), nil
}

func (d *day) UnmarshalText(b []byte) error {
	if len(b) != 10 {
		return errors.New("not a day")
	}
	d.text = string(b)
	return nil
}

type color string

type pet any

type dog struct {
	ID      string
	Name    string
	Barks   bool
	Friends []pet
}

type cat struct {
	ID    int
	Name  string
	Lives int64
}

type roof struct{ Red bool }

type house struct {
	Street  string
	Keepers []*person
	Roof    *roof
}

type base struct{ ID, Name string }

type person struct {
	base
	Nick     *string
	Age      int
	Weight   float64
	Color    color
	Born     day
	Extra    any
	Home     *house
	MustHome *house
	Grid     [][]*cat
	Strict   []cat
	Loose    []*cat
	Tags     []string

	boss    *person
	reports []*person
	pets    []pet
}

func (p *person) Upper() string { return strings.ToUpper(p.Name) }
func (p *person) Boom() string  { panic("secret " + p.Name) }

type sum struct{ n int }

type beside struct {
	Own int
	All string
}

type where struct {
	City  string   `json:"city"`
	Floor *int     `json:"floor,omitempty"`
	Near  *where   `json:"near,omitempty"`
	Tags  []string `json:"tags,omitempty"`
	Color *color   `json:"color,omitempty"`
	Day   *day     `json:"day,omitempty"`
}

type one struct {
	ID   *string `json:"id,omitempty"`
	Code *string `json:"code,omitempty"`
}

// world is the fixture's resolvers and what happened to them.
type world struct {
	people  []*person
	calls   sync.Map // field -> *atomic.Int64
	bossErr error
	sum     atomic.Int64
	picks   []bool
}

func (w *world) count(field string) {
	n, _ := w.calls.LoadOrStore(field, new(atomic.Int64))
	n.(*atomic.Int64).Add(1)
}

func (w *world) called(field string) int64 {
	n, ok := w.calls.Load(field)
	if !ok {
		return 0
	}
	return n.(*atomic.Int64).Load()
}

func newWorld() *world {
	nick := "aki"
	w := &world{}
	a := &person{
		base: base{"1", "Aki"}, Nick: &nick, Age: 40, Weight: 60.5, Color: "RED", Born: day{"1984-01-02"},
		Extra: map[string]any{"k": []int{1}}, Home: &house{Street: "Ichijo", Roof: &roof{Red: true}},
		Grid: [][]*cat{{{ID: 1, Name: "a"}}, nil, {{ID: 2, Name: "b"}, nil}, {}}, Strict: []cat{{ID: 3, Name: "c"}},
		Loose: []*cat{nil, {ID: 4, Name: "d"}}, Tags: []string{"x", "y"},
	}
	b := &person{base: base{"2", "Ben"}, Age: 30, boss: a, Home: &house{Street: "Nijo"}}
	c := &person{base: base{"3", "高橋\u2028\"\\\n\x01\xff<&>"}, Age: 20, boss: b, Color: "PINK"}
	a.reports = []*person{b, c}
	b.reports = []*person{c}
	a.pets = []pet{&dog{ID: "d"}, &cat{ID: 5}, &dog{ID: "e"}}
	b.pets = []pet{&cat{ID: 6}}
	a.Home.Keepers = []*person{b, nil, c}
	w.people = []*person{a, b, c}
	return w
}

func bindings(w *world) exec.Bindings {
	return exec.Bindings{
		Types: map[string]reflect.Type{
			"Person": reflect.TypeFor[person](), "Dog": reflect.TypeFor[dog](), "Cat": reflect.TypeFor[cat](),
			"House": reflect.TypeFor[house](), "Beside": reflect.TypeFor[beside](), "Roof": reflect.TypeFor[roof](), "Sum": reflect.TypeFor[sum](),
		},
		Resolvers: map[string]any{
			"Query": queries{w}, "Mutation": mutations{w}, "Person": persons{w}, "Dog": dogs{owned{w}},
			"Cat": cats{owned{w}}, "House": houses{w}, "Sum": sums{w},
		},
	}
}

func newEngine(tb testing.TB, w *world, opts exec.Options) *exec.Engine {
	tb.Helper()
	schema, err := exec.LoadSchema(&ast.Source{Name: "test.graphqls", Input: testSchema})
	if err != nil {
		tb.Fatal(err)
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	e, err := exec.New(schema, bindings(w), opts)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func prepare(tb testing.TB, e *exec.Engine, query, vars string) exec.Request {
	tb.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(e.Schema(), query, rules.NewDefaultRules())
	if errs != nil {
		tb.Fatalf("query %s: %v", query, errs)
	}
	var raw map[string]any
	if vars != "" {
		dec := json.NewDecoder(strings.NewReader(vars))
		dec.UseNumber()
		if err := dec.Decode(&raw); err != nil {
			tb.Fatal(err)
		}
	}
	values, err := validator.VariableValues(e.Schema(), doc.Operations[0], raw)
	if err != nil {
		tb.Fatalf("variables %s: %v", vars, err)
	}
	return exec.Request{Document: doc, Operation: doc.Operations[0], Variables: values}
}

// lines writes errors as "path (count): text", one a line.
func lines(errs []*exec.Error) string {
	var out []string
	for _, e := range errs {
		line := e.Path.String()
		for _, p := range e.Paths {
			line += " " + p.String()
		}
		out = append(out, line+": "+e.Error())
	}
	return strings.Join(out, "\n")
}
