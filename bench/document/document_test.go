package document_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hitotsu/hitotsu/bench/document"
)

func TestInsert(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a.md")
	before := "words\n<!-- x begin -->\nold\n<!-- x end -->\nmore\n"
	if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"new\n", "", "newer\n"} {
		if err := document.Insert(file, "x", text); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(file)
		if want := "words\n<!-- x begin -->\n" + text + "<!-- x end -->\nmore\n"; err != nil || string(got) != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	if document.Insert(file, "y", "text") == nil {
		t.Error("a place that is not there was found")
	}
}
