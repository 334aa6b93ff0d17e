package e2e_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The query of each README gives exactly the answer printed below it.
func TestReadme_answersAsPrinted(t *testing.T) {
	t.Parallel()
	d := start(t)
	for _, file := range []string{"../README.md", "../README.ja.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		query := block(t, file, text, "graphql")
		var want, got any
		if err := json.Unmarshal([]byte(block(t, file, text, "json")), &want); err != nil {
			t.Fatalf("%s: the answer is no JSON: %v", file, err)
		}
		a := d.ask(t, hrToken, query, nil)
		if err := json.Unmarshal([]byte(a.Body), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-printed +answered):\n%s", file, diff)
		}
	}
}

// block returns the first code block of a language.
func block(t *testing.T, file string, text []byte, language string) string {
	t.Helper()
	found := regexp.MustCompile("(?s)```" + language + "\n(.*?)\n```").FindSubmatch(text)
	if found == nil {
		t.Fatalf("%s has no %s block", file, language)
	}
	return string(found[1])
}
