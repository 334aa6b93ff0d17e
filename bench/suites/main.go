// Command suites runs the suites behind the promises that `go run ./bench/reads`
// does not measure, and writes what they tell into a document: the promise, the
// suite's own words, and whether it passed. Run it on a machine that does nothing
// else; it takes some ten minutes.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/bench/document"
)

// suite is what stands behind a promise.
type suite struct {
	promise string
	// long asks for the whole suite instead of its sample.
	long bool
	args []string // of go
	// silent says that what the tests log is no figure.
	silent bool
}

func suites() []suite {
	return []suite{
		{
			promise: "the first index of 20,000 people: within 1.2 times the ideal, and 300 MB with full caches",
			args:    []string{"test", "-timeout=30m", "-run=^$", "-bench=.", "-benchtime=1x", "./bench/first"},
		},
		{
			promise: "64 callers of Carely, across a token refresh of 2 s: at least 92 % of the pace, at most 20 in any second",
			long:    true,
			args:    []string{"test", "-v", "-count=1", "./e2e/conformance", "-run=^TestPacing$"},
		},
		{
			promise: "three gateways, three times the load, half of it by one caller: no 429, at least 92 % of the pace, " +
				"Jain's index over the others at least 0.95",
			long: true,
			args: []string{"test", "-v", "-count=1", "./e2e/conformance", "-run=^TestQuota$"},
		},
		{
			promise: "a day's stamps that overflow AKASHI's thousand rows are asked for in halves, and none is lost",
			args:    []string{"test", "-v", "-count=1", "./internal/sources", "-run=^TestStamps_overflow$"},
		},
		{
			promise: "`explain` tells the calls of the twelve queries, also without any system; what is too dear is refused " +
				"with its price and what would be affordable",
			args:   []string{"test", "-v", "-count=1", "./e2e", "-run=^(TestExplain|TestCalls_)"},
			silent: true,
		},
		{
			promise: "systems that lie end in a typed error or in correct data, never in a loop or a wrong person",
			args:    []string{"test", "-v", "-count=1", "./e2e", "-run=^TestLies"},
			silent:  true,
		},
		{
			promise: "a Redis that is away adds less than 20 ms to the 99th of a hundred answers from memory",
			args:    []string{"test", "-v", "-run=^$", "-bench=.", "-benchtime=4000x", "./bench/redis"},
		},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("suites", flag.ContinueOnError)
	file := flags.String("document", "", "write the tables into this file instead of showing them")
	only := flags.String("only", "", "run only suites whose promise or command holds this")
	if err := flags.Parse(args); err != nil {
		return err
	}
	where := fmt.Sprintf("\n%s, %s/%s, %d cores, %s.\n", time.Now().Format("2 January 2006"), runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), runtime.Version())
	var table strings.Builder
	table.WriteString(where + "\n| promise | what the suite tells | held | took | command |\n|---|---|---|---|---|\n")
	for _, s := range suites() {
		if !strings.Contains(s.promise+" "+s.command(), *only) {
			continue
		}
		fmt.Fprintln(os.Stderr, s.command())
		row, err := s.run(ctx)
		if err != nil {
			return err
		}
		table.WriteString(row)
	}
	decoding, err := exec.CommandContext(ctx, "bench/table.sh").Output()
	if err != nil {
		return fmt.Errorf("bench/table.sh: %w", err)
	}
	if *file == "" {
		_, err := fmt.Fprintf(os.Stdout, "%s%s\n%s", table.String(), where, decoding)
		return err
	}
	return errors.Join(
		document.Insert(*file, "bench/suites", table.String()),
		document.Insert(*file, "bench/decoding", where+"\n"+string(decoding)),
	)
}

// command is what one types.
func (s suite) command() string {
	out := "go"
	if s.long {
		out = "HITOTSU_TEST_LONG=1 go"
	}
	for _, arg := range s.args {
		if strings.ContainsAny(arg, "^$|()") {
			arg = "'" + arg + "'"
		}
		out += " " + arg
	}
	return out
}

// run returns the suite's row. A suite that fails is a promise that is not held,
// and no error.
func (s suite) run(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, "go", s.args...) //nolint:gosec // the list above
	if s.long {
		cmd.Env = append(cmd.Environ(), "HITOTSU_TEST_LONG=1")
	}
	began := time.Now()
	out, err := cmd.CombinedOutput()
	held := "yes"
	if err != nil {
		if _, ok := errors.AsType[*exec.ExitError](err); !ok || ctx.Err() != nil {
			return "", err
		}
		held = "**no**"
	}
	return fmt.Sprintf("| %s | %s | %s | %.0f s | `%s` |\n", s.promise, s.said(out), held, time.Since(began).Seconds(),
		strings.ReplaceAll(s.command(), "|", `\|`)), nil
}

// said picks what tests logged and what benchmarks reported.
func (s suite) said(out []byte) string {
	var parts []string
	passed := 0
	for line := range bytes.Lines(out) {
		text := strings.TrimSpace(string(line))
		if strings.HasPrefix(text, "--- PASS: ") {
			passed++
		}
		if name, rest, ok := strings.Cut(text, ": "); ok && strings.Contains(name, "_test.go:") {
			parts = append(parts, rest)
		} else if strings.HasPrefix(text, "Benchmark") && strings.Contains(text, "\t") {
			parts = append(parts, strings.Join(strings.Fields(text), " "))
		}
	}
	if len(parts) == 0 || s.silent {
		return fmt.Sprintf("%d tests passed", passed)
	}
	return strings.ReplaceAll(strings.Join(parts, "; "), "|", "/")
}
