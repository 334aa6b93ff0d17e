package exec_test

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
)

// row has the eight scalars of the benchmark.
type row struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Kana    string `json:"kana"`
	Email   string `json:"email"`
	Minutes int    `json:"minutes"`
	Active  bool   `json:"active"`
	Title   string `json:"title"`
	Floor   *int   `json:"floor"`
}

type rowQueries struct{ rows []*row }

func (q rowQueries) Rows(context.Context) ([]*row, error) { return q.rows, nil }

const rowSchema = `type Row { id: ID! name: String! kana: String! email: String! minutes: Int! active: Boolean! title: String! floor: Int }
type Query { rows: [Row!]! }`

func rows(n int) []*row {
	out := make([]*row, n)
	for i := range out {
		floor := i % 7
		out[i] = &row{
			ID: "RW1wbG95ZWU6" + strconv.Itoa(i), Name: "高橋 太郎", Kana: "タカハシ タロウ",
			Email: "taro." + strconv.Itoa(i) + "@example.co.jp", Minutes: i * 15, Active: i%2 == 0, Title: "Engineer",
			Floor: &floor,
		}
	}
	return out
}

func rowEngine(tb testing.TB, n int) (*exec.Engine, exec.Request, []*row) {
	tb.Helper()
	schema, err := exec.LoadSchema(&ast.Source{Input: rowSchema})
	if err != nil {
		tb.Fatal(err)
	}
	all := rows(n)
	e, err := exec.New(schema, exec.Bindings{
		Types:     map[string]reflect.Type{"Row": reflect.TypeFor[row]()},
		Resolvers: map[string]any{"Query": rowQueries{all}},
	}, exec.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return e, prepare(tb, e, `{rows{id name kana email minutes active title floor}}`, ""), all
}

func encode(tb testing.TB, all []*row) []byte {
	tb.Helper()
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]any{"rows": all}); err != nil {
		tb.Fatal(err)
	}
	return bytes.TrimSpace(buf.Bytes())
}

func TestExecute_writesWhatEncodingJSONWrites(t *testing.T) {
	t.Parallel()
	e, req, all := rowEngine(t, 200)
	resp := e.Execute(t.Context(), req)
	if diff := cmp.Diff(string(encode(t, all)), string(resp.Data)); diff != "" {
		t.Error(diff)
	}
}

// TestExecute_allocations holds the promise that a leaf costs no allocation:
// ten times the rows may only cost the growth of the buffer.
//
//nolint:paralleltest // allocations are counted for the whole process
func TestExecute_allocations(t *testing.T) {
	few, fewReq, _ := rowEngine(t, 20)
	many, manyReq, _ := rowEngine(t, 200)
	a := testing.AllocsPerRun(20, func() { few.Execute(t.Context(), fewReq) })
	b := testing.AllocsPerRun(20, func() { many.Execute(t.Context(), manyReq) })
	if b-a > 20 {
		t.Errorf("20 rows: %v allocations, 200 rows: %v", a, b)
	}
}

// BenchmarkExecute compares 200 objects with 8 scalars with encoding/json of
// the same structs.
func BenchmarkExecute(b *testing.B) {
	e, req, all := rowEngine(b, 200)
	b.Run("exec", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			e.Execute(b.Context(), req)
		}
	})
	b.Run("encoding_json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			encode(b, all)
		}
	})
}
