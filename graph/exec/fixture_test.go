package exec_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/fault"
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

type queries struct{ w *world }

func (q queries) Person(_ context.Context, id string) (*person, error) {
	q.w.count("person")
	for _, p := range q.w.people {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, nil
}

func (q queries) MustPerson(ctx context.Context, id string) (*person, error) {
	return q.Person(ctx, id)
}
func (q queries) People(context.Context) ([]*person, error) { return q.w.people, nil }

func (q queries) Pets(context.Context) ([]pet, error) {
	d := &dog{ID: "d1", Name: "Pochi", Barks: true, Friends: []pet{&cat{ID: 7, Name: "Tama", Lives: 9}}}
	return []pet{d, nil, cat{ID: 8, Name: "Mike", Lives: 3}, (*dog)(nil), &dog{ID: "d2", Name: "Hachi"}}, nil
}

func (q queries) Named(context.Context) ([]any, error) {
	return []any{q.w.people[0], &cat{ID: 7, Name: "Tama"}, q.w.people[1]}, nil
}

func (q queries) Node(_ context.Context, id string) (any, error) {
	if id == "foreign" {
		return &house{}, nil
	}
	return q.w.people[0], nil
}

func (q queries) Echo(
	_ context.Context, w *where, o *one, n *int, f *float64, b *bool, id, s *string, c *color, d *day, list []int,
	anything any,
) (*string, error) {
	var dayText *string
	if d != nil {
		dayText = &d.text
	}
	text, err := json.Marshal([]any{w, o, n, f, b, id, s, c, dayText, list, anything})
	out := string(text)
	return &out, err
}

func (q queries) Req(context.Context, int) (*string, error) { return nil, nil }

var errPlain = errors.New("plain failure")

func (q queries) Fail(context.Context) (*string, error) { return nil, errPlain }
func (q queries) FailHard(context.Context) (string, error) {
	return "unused", fault.New(fault.NotFound, "nothing here")
}
func (q queries) Panics(context.Context) (*string, error) { panic("secret") }
func (q queries) Old(context.Context) (*string, error)    { return nil, nil }

func (q queries) Slow(ctx context.Context) (*string, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (q queries) SlowPeople(ctx context.Context) ([]*person, error) {
	<-ctx.Done()
	return q.w.people, nil
}

func (q queries) Report(ctx context.Context) (string, error) {
	exec.Report(ctx, errPlain)
	return "still here", nil
}

func (q queries) Selects(ctx context.Context) (*person, error) {
	q.w.picks = []bool{
		exec.Selects(ctx, "home", "street"), exec.Selects(ctx, "boss", "home"), exec.Selects(ctx, "nick"),
		exec.Selects(ctx, "home", "roof"), exec.Selects(ctx),
	}
	return q.w.people[0], nil
}

type persons struct{ w *world }

func (r persons) Boss(_ context.Context, objs []*person) ([]*person, error) {
	r.w.count("boss")
	out := make([]*person, len(objs))
	for i, p := range objs {
		out[i] = p.boss
	}
	return out, r.w.bossErr
}

func (r persons) MustBoss(_ context.Context, objs []*person) ([]*person, error) {
	out := make([]*person, len(objs))
	for i, p := range objs {
		out[i] = p.boss
	}
	return out, nil
}

func (r persons) Reports(_ context.Context, objs []*person, first *int, _ *color) ([][]*person, error) {
	r.w.count("reports")
	out := make([][]*person, len(objs))
	for i, p := range objs {
		out[i] = p.reports[:min(len(p.reports), *first)]
	}
	return out, nil
}

func (r persons) MaybeReports(context.Context, []*person, *int) ([][]*person, error) {
	return nil, nil // too few results: a defect
}

func (r persons) Score(_ context.Context, objs []*person, by int) ([]int, error) {
	out, errs := make([]int, len(objs)), make(exec.Errors, len(objs))
	for i, p := range objs {
		out[i] = p.Age * by
		if by == 13 && i%2 == 1 {
			errs[i] = errPlain
		}
	}
	return out, errs.ErrorOrNil()
}

// Beside tells what is asked for beside it: each by, with a star where all is selected.
func (r persons) Beside(ctx context.Context, objs []*person, by int, _ *color) ([]*beside, error) {
	if by == 0 {
		return nil, errPlain
	}
	own := exec.Together(ctx, func(fields []exec.Field) []beside {
		r.w.count("beside")
		all, out := "", make([]beside, len(fields))
		for i, f := range fields {
			out[i].Own = exec.Arg[int](f, "by")
			all += strconv.Itoa(out[i].Own)
			if f.Selects("all") {
				all += "*"
			}
			if c := exec.Arg[*color](f, "of"); c != nil {
				all += string(*c)
			}
			if exec.Arg[string](f, "by") != "" || exec.Arg[int](f, "none") != 0 {
				all += " and what it does not have"
			}
		}
		for i := range out {
			out[i].All = all
		}
		return out
	})
	out := make([]*beside, len(objs))
	for i := range objs {
		out[i] = &own
	}
	return out, nil
}

func (r persons) Grade(ctx context.Context, objs []*person) ([]*int, error) {
	exec.Report(ctx, errPlain, 0, len(objs)-1, 99)
	out := make([]*int, len(objs))
	for i := range objs {
		out[i] = &i
	}
	return out, nil
}

func (r persons) Pets(_ context.Context, objs []*person) ([][]pet, error) {
	out := make([][]pet, len(objs))
	for i, p := range objs {
		out[i] = p.pets
	}
	return out, nil
}

func (r persons) GridBoss(_ context.Context, objs []*person) ([][][]*person, error) {
	out := make([][][]*person, len(objs))
	for i := range objs {
		p := r.w.people
		out[i] = [][]*person{{p[0], nil, p[1]}, {p[2]}, nil, {}}
	}
	return out, nil
}

type owned struct{ w *world }

func (r owned) owner(n int) []*person {
	out := make([]*person, n)
	for i := range out {
		out[i] = r.w.people[i%len(r.w.people)]
	}
	return out
}

type dogs struct{ owned }

func (r dogs) Owner(_ context.Context, objs []*dog) ([]*person, error) {
	r.w.count("dog.owner")
	return r.owner(len(objs)), nil
}

type cats struct{ owned }

func (r cats) Owner(_ context.Context, objs []*cat) ([]*person, error) {
	r.w.count("cat.owner")
	return r.owner(len(objs)), nil
}

type houses struct{ w *world }

func (r houses) Keeper(_ context.Context, objs []*house) ([]*person, error) {
	r.w.count("keeper")
	return make([]*person, len(objs)), nil
}

type mutations struct{ w *world }

func (m mutations) Add(_ context.Context, n int) (int, error) { return int(m.w.sum.Add(int64(n))), nil }

func (m mutations) AddLater(_ context.Context, n int) (*sum, error) { return &sum{n: n}, nil }

type sums struct{ w *world }

func (s sums) Total(_ context.Context, objs []*sum) ([]int, error) {
	return []int{int(s.w.sum.Add(int64(objs[0].n)))}, nil
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
