package server_test

import (
	"net/http"
	"strings"
	"testing"
)

// BenchmarkBadInput measures what each bad request costs from the socket's edge
// to the answer.
func BenchmarkBadInput(b *testing.B) {
	doc := func(q string) func() *http.Request {
		return func() *http.Request { return query(b, q, nil) }
	}
	for name, request := range map[string]func() *http.Request{
		"malformed_json": func() *http.Request { return post(`{"query": "{` + strings.Repeat("a ", 400_000)) },
		"wrong_type":     func() *http.Request { return post("{}", "Content-Type", "text/plain") },
		"huge_body":      func() *http.Request { return post(strings.Repeat(" ", 2<<20)) },
		"huge_chunked":   chunked,
		"full_body": func() *http.Request {
			return post(`{"query":"{__typename}","x":"` + strings.Repeat("a", 1<<20-100) + `"}`)
		},
		"many_values": func() *http.Request {
			return post(`{"query":"{a}","variables":{"a":[` + strings.Repeat("0,", 500_000) + `0]}}`)
		},
		"values_at_limit": func() *http.Request {
			return post(`{"query":"{__typename}","variables":{"a":[` + strings.Repeat(`"0",`, 49_000) + `0]}}`)
		},
		"nested_json":     func() *http.Request { return post(`{"query":"{a}","variables":` + strings.Repeat(`{"a":`, 20_000)) },
		"deep":            doc("{employee" + strings.Repeat("{boss", 900) + "{id}" + strings.Repeat("}", 901) + ""),
		"wide":            doc("{employee{" + strings.Repeat("id ", 10_000) + "}}"),
		"aliased":         doc("{" + strings.Repeat("a:employee{id} ", 600) + "}"),
		"fragment_bomb":   doc(bomb(26)),
		"unknown_fields":  doc("{employee{" + strings.Repeat("wrong ", 40) + "}}"),
		"good":            doc("{employees(first:20){id code boss{id}}}"),
		"unauthenticated": func() *http.Request { return post("{}", "Authorization", "Bearer wrong") },
	} {
		b.Run(name, func(b *testing.B) {
			e := setup(b, nil)
			b.ReportAllocs()
			for b.Loop() {
				e.do(request())
			}
		})
	}
}

// bomb is fragments that each spread the next twice.
func bomb(n int) string {
	var b strings.Builder
	b.WriteString("{employee{...f0}}")
	for i := range n {
		a, z := string(rune('a'+i)), string(rune('a'+i+1))
		if i == 0 {
			a = "f0"
		}
		b.WriteString(" fragment " + a + " on Employee{x:boss{..." + z + "} y:boss{..." + z + "}}")
	}
	b.WriteString(" fragment " + string(rune('a'+n)) + " on Employee{id}")
	return b.String()
}
