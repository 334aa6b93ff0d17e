package config

import (
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// Fault is one thing wrong with a configuration.
type Fault struct {
	// Where is file:line or the name of a variable.
	Where string
	// Problem says what is wrong and what to do; it never holds a value.
	Problem string
}

// Faults is all that is wrong with a configuration, in the order it was found:
// the file from top to bottom, the environment by name, then what the whole
// lacks.
type Faults []Fault

// Error lists every fault on a line of its own.
func (f Faults) Error() string {
	lines := make([]string, 0, len(f))
	for _, one := range f {
		lines = append(lines, one.Where+": "+one.Problem)
	}
	return strings.Join(lines, "\n")
}

func (f Faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return fault.New(fault.Misconfigured, "the configuration has %d fault(s)\n%s", len(f), f.Error()).Because(f)
}
