package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestPerformance_measured checks that every figure of docs/performance.md was
// written by a command that exists, and that each promise is judged: held, or not
// and by how much. What the figures are is nobody's to check here: they are those
// of the machine that measured.
func TestPerformance_measured(t *testing.T) {
	t.Parallel()
	text := read(t, "performance.md")
	for _, name := range []string{"bench/reads", "bench/suites", "bench/decoding"} {
		_, rest, ok1 := strings.Cut(text, "<!-- "+name+" begin -->\n")
		written, after, ok2 := strings.Cut(rest, "<!-- "+name+" end -->\n")
		if !ok1 || !ok2 || !strings.Contains(written, "|") {
			t.Errorf("%s wrote nothing", name)
			continue
		}
		before, _, _ := strings.Cut(text, "<!-- "+name)
		judged(t, name, written)
		text = before + after
	}
	if strings.Contains(text, "\n|") {
		t.Error("a table was written by hand")
	}
	command := regexp.MustCompile(`\./((?:bench|e2e|internal)[a-z0-9/_]*)`)
	found := command.FindAllStringSubmatch(read(t, "performance.md"), -1)
	if len(found) < 5 {
		t.Errorf("%d commands", len(found))
	}
	for _, m := range found {
		if _, err := os.Stat("../" + m[1]); err != nil {
			t.Errorf("a command names %s, which is not there", m[1])
		}
	}
}

// judged checks the column "held" of tables that have one.
func judged(t *testing.T, name, tables string) {
	t.Helper()
	at := -1
	for line := range strings.Lines(tables) {
		cells := strings.Split(line, "|")
		if !strings.HasPrefix(line, "|") {
			at = -1
			continue
		}
		if at < 0 {
			at = len(cells) // a table's first line, without such a column
			for i, c := range cells {
				if strings.TrimSpace(c) == "held" {
					at = i
				}
			}
			continue
		}
		if at < len(cells) && !strings.HasPrefix(line, "|---") {
			if v := strings.Trim(cells[at], " *"); v != "yes" && !strings.HasPrefix(v, "no") {
				t.Errorf("%s: %q is neither held nor not", name, strings.TrimSpace(line))
			}
		}
	}
}
