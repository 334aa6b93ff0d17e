package document_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/server/document"
)

// BenchmarkRefused measures what each bad document costs before it is refused.
func BenchmarkRefused(b *testing.B) {
	for name, c := range bad() {
		b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
			p := newPreparer(b, document.Options{})
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Prepare(c.text); err == nil {
					b.Fatal("accepted")
				}
			}
		})
	}
}

// BenchmarkExtreme measures documents that are just within the limits, made to
// be dear to validate. A comment that changes keeps them out of the cache.
func BenchmarkExtreme(b *testing.B) {
	for name, text := range map[string]string{
		"plain":   "{employees(first:10){nodes{id code boss{id code} managers{id code}}}}",
		"repeats": "{" + numbered("a%d: employee{boss{"+strings.Repeat("id code a:id b:id c:id ", 40)+"}} ", 7) + "}",
		"repeats_in_fragments": "{" + numbered("a%d: employee{...f ...g ...h} ", 90) + "}" +
			" fragment f on Employee{" + strings.Repeat("id code a:id b:id c:id ", 13) + "boss{...g ...h}}" +
			" fragment g on Employee{" + strings.Repeat("id code a:id b:id c:id ", 13) + "boss{...h}}" +
			" fragment h on Employee{" + strings.Repeat("id code a:id b:id c:id ", 13) + "boss{id}}",
		"unknown":    "{employee{" + numbered("e%d ", 150) + "}}",
		"all_wrong":  "{" + numbered("x%d:employee{a b c d e f g h i j}", 150) + "}",
		"work":       workload(3),
		"spreads":    "{employee{" + strings.Repeat("...f ", 290) + "}} fragment f on Employee{" + numbered("a%d: id ", 190) + "}",
		"directives": "{employee{id " + strings.Repeat("@skip(if:true)", 600) + "}}",
		"arguments":  "{employee(" + strings.Repeat("minutes:1 ", 1_300) + "){id}}",
		"variables":  "query(" + numbered("$v%d:Int ", 900) + "){employee{id}}",
		"used":       "query(" + numbered("$v%d:ID! ", 450) + "){nodes(ids:[" + numbered("$v%d ", 450) + "]){id}}",
		"values":     `{nodes(ids:[` + strings.Repeat(`"a" `, 3_900) + `]){id}}`,
		"enums":      "{employees(filter:{status:[" + strings.Repeat("ACTIVO ", 3_900) + "]}){totalCount}}",
		"fields":     "{" + numbered("a%d:employee{id code} ", 199) + strings.Repeat("...{employee{boss{"+numbered("boss{id}", 15)+"}}}", 10) + "}",
		"longest":    "{" + strings.Repeat(" ", 1<<20-20) + "employee{id}}",
		"string":     `{employees(filter:{text:"` + strings.Repeat("\\u0041", 170_000) + `"}){totalCount}}`,
		"block":      `{employees(filter:{text:"""` + strings.Repeat("\n a", 340_000) + `"""}){totalCount}}`,
		"long_name":  "{" + strings.Repeat("e", 1<<20) + "}",
		"long_enum":  `{employee(status:` + strings.Repeat("A", 1<<20) + `){id}}`,
	} {
		b.Run(name, func(b *testing.B) {
			p := newPreparer(b, document.Options{})
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				doc, err := p.Prepare(text + "#" + strconv.Itoa(i))
				if err == nil {
					_, err = p.Cost(doc.Query.Operations[0], nil)
				}
				_ = err // valid or not, it is the time that counts
			}
		})
	}
}
