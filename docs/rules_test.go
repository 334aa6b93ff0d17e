package docs_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/plan"
)

// TestDocumented_sections: a rule names a section of its vendor's document, in the
// words of the table of all operations.
func TestDocumented_sections(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	vendors := map[string]string{}
	for _, part := range strings.Split(string(text), "\n## ")[1:] {
		title, table, _ := strings.Cut(part, "\n")
		vendors[title] = table
	}
	rules := reflect.ValueOf(plan.Documented())
	for f, v := range rules.Fields() {
		rule, ok := reflect.TypeAssert[plan.Rule](v)
		if !ok {
			t.Fatalf("%s is no rule", f.Name)
		}
		vendor, section, _ := strings.Cut(rule.Section, " ")
		if rule.Endpoint == "" || !strings.HasPrefix(strings.ToLower(f.Name), strings.ToLower(vendor)) ||
			!strings.Contains(vendors[vendor], "\n| "+section+" |") {
			t.Errorf("%s: endpoint %q, section %q", f.Name, rule.Endpoint, rule.Section)
		}
	}
}
