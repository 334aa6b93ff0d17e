package docs_test

import (
	"bytes"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// Inside a testing/synctest bubble time.Sleep is the way to let time pass, and
// takes none; in any other test it is a race with the machine. The linter
// cannot tell them apart, so this test asks that a file that sleeps has bubbles.

func TestSleep_onlyInBubbles(t *testing.T) {
	t.Parallel()
	for _, name := range sleepers(t, os.DirFS("..")) {
		t.Errorf("%s sleeps without testing/synctest", name)
	}
}

func TestSleep_seen(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{
		"a/asleep_test.go": {Data: []byte("package a\nfunc f() { time.Sleep" + "(1) }\n")},
		"a/bubble_test.go": {Data: []byte("import \"testing/synctest\"\nfunc f() { time.Sleep" + "(1) }\n")},
		"tmp/b_test.go":    {Data: []byte("package a\nfunc f() { time.Sleep" + "(1) }\n")},
	}
	if diff := cmp.Diff([]string{"a/asleep_test.go"}, sleepers(t, tree)); diff != "" {
		t.Errorf("sleepers (-want +got):\n%s", diff)
	}
}

// sleepers returns the test files in tree that sleep outside of a bubble.
func sleepers(t *testing.T, tree fs.FS) []string {
	t.Helper()
	var found []string
	eachFile(t, tree, "_test.go", func(name string, src []byte) {
		if bytes.Contains(src, []byte("time.Sleep"+"(")) && !bytes.Contains(src, []byte(`"testing/synctest"`)) {
			found = append(found, name)
		}
	})
	return found
}
