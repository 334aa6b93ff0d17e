package bench_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// vendor answers every request with itself.
type vendor string

func (v vendor) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(string(v))),
	}, nil
}

// sender is the whole transport chain before a vendor that answers at once.
func sender(b *testing.B, body string) *transport.Client {
	b.Helper()
	c, err := transport.New(transport.Options{System: "bench", Link: "default", Base: vendor(body), MaxRetries: -1})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

type plainCustomer struct {
	UUID, EmployeeNumber, Email, Fullname, FullnameJa, Gender, BornOn, JoinOn, RetireOn string
	JobTitle, WorkingArrangement, EmploymentStatus, HasStressCheck                      string

	Branch, Department, Workplace, GroupAnalysis struct{ UUID, Name, DisplayName string }
}

func customersBody(n int) string {
	row := `{"cursor":"MQ","node":{"uuid":"u%[1]d","employeeNumber":"E%05[1]d","email":"a%[1]d@example.com",
		"fullname":"山川 一","fullnameJa":"やまかわ はじめ","gender":"male","bornOn":"1980-01-02","joinOn":"2010-04-01",
		"retireOn":null,"jobTitle":"主任","workingArrangement":null,"employmentStatus":"normal","hasStressCheck":"active",
		"branch":{"uuid":"b1","displayName":"本社"},"department":{"uuid":"d1","displayName":"営業 第一"},
		"workplace":{"uuid":"w1","name":"東京"},"groupAnalysis":{"uuid":"g1","displayName":"営業"}}}`
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(row, i+1)
	}
	return `{"data":{"customers":{"pageInfo":{"endCursor":"MQ","hasNextPage":false},"edges":[` +
		strings.Join(out, ",") + `]}}}`
}

func BenchmarkCustomers(b *testing.B) {
	body := customersBody(100)
	b.Run("client", func(b *testing.B) {
		c, err := carely.New(carely.Options{URL: "https://carely.example/api/graphql", Transport: sender(b, body)})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if r, err := c.Customers(b.Context(), carely.CustomersQuery{}); err != nil || len(r) != 100 {
				b.Fatal(err, len(r))
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v struct {
				Data struct {
					Customers struct {
						Edges []struct {
							Cursor string
							Node   plainCustomer
						}
					}
				}
			}
			if err := json.Unmarshal([]byte(body), &v); err != nil || v.Data.Customers.Edges[99].Node.UUID != "u100" {
				b.Fatal(err)
			}
		}
	})
}
