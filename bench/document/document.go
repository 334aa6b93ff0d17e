// Package document puts what a measurement wrote into a document, between two
// marks, so that tables stand beside the words that explain them and nobody
// copies figures by hand. It imports nothing of the gateway.
package document

import (
	"fmt"
	"os"
	"strings"
)

// Insert replaces what stands in the file between
// "<!-- name begin -->" and "<!-- name end -->", each on a line of its own.
func Insert(file, name, text string) error {
	old, err := os.ReadFile(file) //nolint:gosec // the caller names the file
	if err != nil {
		return err
	}
	before, within, ok1 := strings.Cut(string(old), "<!-- "+name+" begin -->\n")
	_, after, ok2 := strings.Cut(within, "<!-- "+name+" end -->\n")
	if !ok1 || !ok2 {
		return fmt.Errorf("%s has no place for %s", file, name)
	}
	whole := before + "<!-- " + name + " begin -->\n" + text + "<!-- " + name + " end -->\n" + after
	return os.WriteFile(file, []byte(whole), 0o644) //nolint:gosec // a document
}
