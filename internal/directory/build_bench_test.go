package directory_test

import (
	"fmt"
	"testing"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store"
)

// BenchmarkIndex joins what four systems list of 20,000 people, the first time, with
// the ids they get.
func BenchmarkIndex(b *testing.B) {
	const people = 20_000
	var fakes []*fake
	for _, s := range hr.Systems() {
		rows := make([]sources.Person, people)
		for i := range rows {
			rows[i] = sources.Person{
				Ref: hr.Ref{ID: fmt.Sprintf("%s-%08d", s, i)}, Code: fmt.Sprintf("E%05d", i),
				Family: fmt.Sprintf("山田%c", '一'+rune(i%5000)), Given: fmt.Sprintf("花子%c", '一'+rune(i/4)),
				FamilyKana: "ヤマダ", GivenKana: "ハナコ", Email: fmt.Sprintf("hanako.yamada%d@example.com", i),
				Status: hr.StatusActive, JobTitle: "主任", EmploymentType: "正社員",
			}
		}
		fakes = append(fakes, newFake(s, rows...))
	}
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		docs, err := store.OpenBolt(b.TempDir(), store.BoltOptions{})
		if err != nil {
			b.Fatal(err)
		}
		d := open(docs, fakes...)
		if _, err := d.Tree(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		x, err := d.Index(b.Context())
		if err != nil || len(x.Employees) != people {
			b.Fatal(err, len(x.Employees))
		}
		b.StopTimer()
		d.Close()
		_ = docs.Close()
		b.StartTimer()
	}
}
