package exec_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/fault"
)

func TestExecute_arguments(t *testing.T) {
	t.Parallel()
	const none = `null`
	// The arguments of echo in order; index picks one.
	const (
		whereArg = iota
		oneArg
		intArg
		floatArg
		boolArg
		idArg
		stringArg
		colorArg
		dayArg
		listArg
		anyArg
	)
	tests := map[string]struct {
		args, decl, vars string
		index            int
		want             string
	}{
		"absent":                    {args: `n:1`, index: whereArg, want: none},
		"schema default":            {args: `n:1`, index: stringArg, want: `"dflt"`},
		"null beats the default":    {args: `s:null`, index: stringArg, want: none},
		"absent variable":           {args: `s:$s`, decl: `($s:String)`, index: stringArg, want: `"dflt"`},
		"null variable":             {args: `s:$s`, decl: `($s:String)`, vars: `{"s":null}`, index: stringArg, want: none},
		"variable default":          {args: `s:$s`, decl: `($s:String="v")`, index: stringArg, want: `"v"`},
		"int":                       {args: `n:-2147483648`, index: intArg, want: `-2147483648`},
		"int variable":              {args: `n:$n`, decl: `($n:Int)`, vars: `{"n":5}`, index: intArg, want: `5`},
		"float from an int":         {args: `f:$f`, decl: `($f:Float)`, vars: `{"f":5}`, index: floatArg, want: `5`},
		"float literal":             {args: `f:1.5e2`, index: floatArg, want: `150`},
		"bool":                      {args: `b:true`, index: boolArg, want: `true`},
		"id from an int":            {args: `id:12`, index: idArg, want: `"12"`},
		"id from an int variable":   {args: `id:$i`, decl: `($i:ID)`, vars: `{"i":12}`, index: idArg, want: `"12"`},
		"enum":                      {args: `color:RED`, index: colorArg, want: `"RED"`},
		"scalar":                    {args: `day:"2026-11-02"`, index: dayArg, want: `"2026-11-02"`},
		"list of one":               {args: `list:3`, index: listArg, want: `[3]`},
		"list of one variable":      {args: `list:$l`, decl: `($l:[Int!])`, vars: `{"l":3}`, index: listArg, want: `[3]`},
		"list with a variable":      {args: `list:[1,$n]`, decl: `($n:Int!)`, vars: `{"n":2}`, index: listArg, want: `[1,2]`},
		"any":                       {args: `any:{a:[1,"x",null]}`, index: anyArg, want: `{"a":[1,"x",null]}`},
		"block string":              {args: "s:\"\"\"\n  a\n  b\n\"\"\"", index: stringArg, want: `"a\nb"`},
		"input defaults":            {args: `where:{}`, index: whereArg, want: `{"city":"Kyoto"}`},
		"input default when absent": {args: `where:{city:$c}`, decl: `($c:String="Nara")`, index: whereArg, want: `{"city":"Nara"}`},
		"input recursion": {
			args: `where:{city:"a",near:{city:"b",tags:"t",color:GREEN,floor:$absent}}`, decl: `($absent:Int)`,
			index: whereArg, want: `{"city":"a","near":{"city":"b","tags":["t"],"color":"GREEN"}}`,
		},
		"input variable": {
			args: `where:$w`, decl: `($w:Where)`, vars: `{"w":{"floor":3,"near":{"tags":["x"]}}}`,
			index: whereArg, want: `{"city":"Kyoto","floor":3,"near":{"city":"Kyoto","tags":["x"]}}`,
		},
		"one of": {args: `one:$o`, decl: `($o:One)`, vars: `{"o":{"id":7}}`, index: oneArg, want: `{"id":"7"}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t, newWorld(), exec.Options{})
			req := prepare(t, e, "query"+tt.decl+"{echo("+tt.args+")}", tt.vars)
			resp := e.Execute(t.Context(), req)
			if len(resp.Errors) > 0 {
				t.Fatal(lines(resp.Errors))
			}
			var answer struct{ Echo string }
			if err := json.Unmarshal(resp.Data, &answer); err != nil {
				t.Fatal(err)
			}
			var got []json.RawMessage
			if err := json.Unmarshal([]byte(answer.Echo), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got[tt.index])); diff != "" {
				t.Errorf("argument (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExecute_badArguments(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ query, vars, want string }{
		"int over 32 bits":       {`query($n:Int){echo(n:$n)}`, `{"n":99999999999}`, `argument "n" of Query.echo: is not a valid Int`},
		"int literal too big":    {`{echo(n:2147483648)}`, ``, `argument "n" of Query.echo: is not a valid Int`},
		"int as text":            {`query($n:Int){echo(n:$n)}`, `{"n":"5"}`, `argument "n" of Query.echo: is not a valid Int`},
		"enum in small letters":  {`query($c:Color){echo(color:$c)}`, `{"c":"red"}`, `argument "color" of Query.echo: is not a value of Color`},
		"scalar":                 {`{echo(day:"tomorrow\u0000")}`, ``, `argument "day" of Query.echo: is not a valid Day`},
		"scalar of another kind": {`query($d:Day){echo(day:$d)}`, `{"d":5}`, `argument "day" of Query.echo: is not a valid Day`},
		"deep in an input":       {`query($w:Where){echo(where:$w)}`, `{"w":{"near":{"day":"x"}}}`, `argument "where.near.day" of Query.echo: is not a valid Day`},
		"one of: two":            {`query($o:One){echo(one:$o)}`, `{"o":{"id":"1","code":"2"}}`, `argument "one" of Query.echo: must have exactly one field`},
		"one of: none":           {`query($o:One){echo(one:$o)}`, `{"o":{}}`, `argument "one" of Query.echo: must have exactly one field`},
		"one of: null":           {`query($o:One){echo(one:$o)}`, `{"o":{"id":null}}`, `argument "one.id" of Query.echo: must not be null`},
		"below other fields": {
			`query($n:Int){people{boss{reports(first:$n){id}}}}`, `{"n":3000000000}`,
			`argument "first" of Person.reports: is not a valid Int`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			e := newEngine(t, w, exec.Options{})
			resp := e.Execute(t.Context(), prepare(t, e, tt.query, tt.vars))
			if resp.Data != nil || len(resp.Errors) != 1 {
				t.Fatalf("data %s, errors %s", resp.Data, lines(resp.Errors))
			}
			err := fault.From(resp.Errors[0])
			if err.Code != fault.BadUserInput || err.Message != tt.want {
				t.Errorf("got %v", err)
			}
			if loc := resp.Errors[0].Locations; len(loc) != 1 || loc[0].Line != 1 || loc[0].Column < 2 {
				t.Errorf("locations %v", loc)
			}
			if w.called("boss") != 0 {
				t.Error("a resolver ran")
			}
			if strings.ContainsRune(err.Error(), 0) {
				t.Error("the message repeats what was sent")
			}
		})
	}
}
