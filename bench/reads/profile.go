package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// doubtful is a query that takes more processor time than promised in a state.
type doubtful struct {
	l     line
	state string
}

// shares profiles a query in a state and tells how much of the processor time was
// spent in which package itself, the most first.
func (w *world) shares(ctx context.Context, d doubtful, s sizes) (text string, err error) {
	file, err := os.Create(filepath.Join(w.dir, "cpu.out"))
	if err != nil {
		return "", err
	}
	s.starts, s.throughput, s.budget = 5*s.starts, time.Millisecond, 2*s.budget
	m := &measurement{world: w, sizes: s, q: d.l.query, out: *d.l.m}
	w.profile, w.state = file, d.state
	if d.state == stateEmpty {
		err = m.empty(ctx)
	} else {
		err = m.indexed(ctx)
	}
	w.profile = nil
	if err = errors.Join(err, file.Close()); err != nil {
		return "", err
	}
	top := exec.CommandContext(ctx, "go", "tool", "pprof", "-top", "-nodecount=100000", file.Name()) //nolint:gosec // ours
	out, err := top.Output()
	if err != nil {
		return "", fmt.Errorf("go tool pprof: %w", err)
	}
	_, samples, _ := strings.Cut(string(out), "Total samples = ")
	samples, _, _ = strings.Cut(samples, " ")
	return samples + ": " + byPackage(out), nil
}

// mostPackages is how many packages are named.
const mostPackages = 10

// byPackage adds up the lines of pprof's list, whose second column is the share of
// the function itself and whose last one is its name.
func byPackage(top []byte) string {
	spent := map[string]float64{}
	lines := bufio.NewScanner(bytes.NewReader(top))
	for lines.Scan() {
		columns := strings.Fields(lines.Text())
		if len(columns) < 6 {
			continue
		}
		if share, err := strconv.ParseFloat(strings.TrimSuffix(columns[1], "%"), 64); err == nil {
			spent[packageOf(columns[5])] += share
		}
	}
	var names []string
	for name := range spent {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return int(1e6 * (spent[b] - spent[a])) })
	var parts []string
	for _, name := range names[:min(mostPackages, len(names))] {
		parts = append(parts, fmt.Sprintf("%s %.0f %%", name, spent[name]))
	}
	return strings.Join(parts, ", ")
}

// packageOf is the package of a function, without the path of this module. What
// belongs to the runtime is one, but for system calls.
func packageOf(function string) string {
	function, _, _ = strings.Cut(function, "[") // of a generic one
	slash := strings.LastIndex(function, "/")
	dir, rest := function[:slash+1], function[slash+1:]
	name, _, dotted := strings.Cut(rest, ".")
	switch whole := strings.TrimPrefix(dir+name, "github.com/hitotsu/hitotsu/"); {
	case strings.HasPrefix(whole, "internal/runtime/syscall"), whole == "syscall":
		return "system calls"
	case !dotted, strings.HasPrefix(whole, "internal/runtime/"), whole == "internal/abi":
		return "runtime" // in assembly, or close to it
	default:
		return whole
	}
}
