// Command reads measures what reads cost: twelve fixed queries through the whole
// gateway over HTTP, against a handler written by hand that makes the same calls
// with the same clients, in the same run.
//
// The simulated systems run in processes of their own, so that the processor
// time of this one is the gateway's (or the handler's) and that of the HTTP
// client that asks both. Three states are told apart:
//
//   - EMPTY: a gateway that has just started and knows nobody;
//   - INDEXED: the index of people is there, nothing else is kept;
//   - WARM: the same query was answered a moment ago.
//
// Calls are counted by the simulators and compared with the fewest that the
// vendors' documents allow, which are written down beside each query.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/bench/document"
	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/config"
)

type options struct {
	people    int
	latencies []time.Duration
	sizes     sizes
	began     time.Time
	only      string
	document  string
	chart     string
	profile   string
	state     string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	opts, err := parse(args)
	if err != nil {
		return err
	}
	w, err := newWorld(ctx, opts.people)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	defer app.KeepMemory(ctx, config.Default().MemoryTargetMiB, nil)()
	if opts.profile != "" {
		file, err := os.Create(opts.profile)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		w.profile, w.state = file, opts.state
	}
	var out bytes.Buffer
	report := newReport(&out, opts, w.size, func(d doubtful) (string, error) { return w.shares(ctx, d, opts.sizes) })
	for _, latency := range opts.latencies {
		if err := w.hand.SetLatency(ctx, latency); err != nil {
			return err
		}
		for _, q := range queries(w.size) {
			if opts.only != "" && !strings.Contains(q.name, opts.only) {
				continue
			}
			fmt.Fprintf(os.Stderr, "%s: %s\n", latency, q.name)
			m, err := measure(ctx, w, q, opts.sizes, latency)
			if err != nil {
				return fmt.Errorf("%s: %w", q.name, err)
			}
			report.add(latency, q, m)
		}
	}
	if err := report.write(); err != nil {
		return err
	}
	if opts.chart != "" {
		latency := opts.latencies[len(opts.latencies)/2]
		if err := draw(opts.chart, latency, report.rows[latency]); err != nil {
			return err
		}
	}
	if opts.document == "" {
		_, err := os.Stdout.Write(out.Bytes())
		return err
	}
	return document.Insert(opts.document, "bench/reads", out.String())
}

func parse(args []string) (options, error) {
	opts := options{began: time.Now()}
	flags := flag.NewFlagSet("reads", flag.ContinueOnError)
	flags.IntVar(&opts.people, "people", 300, "how many people the simulated company has")
	latencies := flags.String("latency", "0,50,200", "milliseconds that each upstream call takes, a list")
	short := flags.Bool("short", false, "ask everything a few times: shows that calls and answers are right, no figures")
	flags.DurationVar(&opts.sizes.budget, "budget", 2*time.Second, "how long each query is asked in each state")
	flags.StringVar(&opts.only, "only", "", "measure only queries whose name holds this")
	flags.StringVar(&opts.document, "document", "", "write the tables into this file instead of showing them")
	flags.StringVar(&opts.chart, "chart", "", "draw the latencies into this file, as SVG")
	flags.StringVar(&opts.profile, "profile", "", "write a profile of the processor time of answers into this file")
	flags.StringVar(&opts.state, "profile-state", stateWarm, "the state to profile: EMPTY, INDEXED or WARM")
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	for text := range strings.SplitSeq(*latencies, ",") {
		ms, err := strconv.Atoi(text)
		if err != nil || ms < 0 {
			return opts, fmt.Errorf("-latency: %q is no number of milliseconds", text)
		}
		opts.latencies = append(opts.latencies, time.Duration(ms)*time.Millisecond)
	}
	opts.sizes.least, opts.sizes.most, opts.sizes.starts, opts.sizes.throughput = 5, 200, 4, time.Second
	if *short {
		opts.sizes = sizes{least: 1, most: 1, starts: 1, throughput: time.Millisecond}
		opts.latencies = []time.Duration{0}
	}
	slices.Sort(opts.latencies)
	return opts, nil
}
