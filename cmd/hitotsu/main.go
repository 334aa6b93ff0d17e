// Command hitotsu is the gateway, its demo and its tools. It parses the command
// line and hands over to internal/app.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// commands is the command line. Everything else is configured by the
// environment and the file that HITOTSU_CONFIG names.
type commands struct {
	Demo     demoCommand     `cmd:"" help:"Start four simulated systems with 300 people, and the gateway before them."`
	Simulate simulateCommand `cmd:"" help:"Start the simulated systems alone, without a gateway."`
	Serve    serveCommand    `cmd:"" help:"Run the gateway in front of the configured systems."`
	Check    checkCommand    `cmd:"" help:"Validate the configuration and read each system once, without serving."`
	Token    tokenCommand    `cmd:"" help:"List, add, test, exchange, remove and back up the links' credentials."`
	Purge    purgeCommand    `cmd:"" help:"Remove a person from caches, ids and finished notes."`
	Explain  explainCommand  `cmd:"" help:"Price GraphQL documents in upstream calls, without any system; for CI."`
	Probe    probeCommand    `cmd:"" help:"Ask a configured system about what its documents leave open; reads only."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], process{
		environ: os.Environ(), in: os.Stdin, out: os.Stdout, errs: os.Stderr, now: time.Now,
	}))
}

// process is what a run takes from its surroundings.
type process struct {
	environ   []string
	in        io.Reader
	out, errs io.Writer
	now       func() time.Time
}

// complain writes a line to standard error; when that fails nobody is left to
// tell.
func (p process) complain(format string, args ...any) {
	_, _ = fmt.Fprintf(p.errs, format+"\n", args...)
}

// run executes one command and returns the exit code: 0, 1 when it failed, 2
// when it was called wrongly.
func run(ctx context.Context, args []string, p process) int {
	var cli commands
	exit := -1
	parser, err := kong.New(&cli, kong.Name("hitotsu"), kong.UsageOnError(),
		kong.Description("One GraphQL endpoint over AKASHI, Jobcan, Carely and YESOD."),
		kong.Writers(p.out, p.errs), kong.Exit(func(code int) { exit = code }))
	if err != nil {
		p.complain("hitotsu: %v", err)
		return 2
	}
	chosen, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		p.complain("hitotsu: %v; see hitotsu --help", err)
		return 2
	}
	chosen.BindTo(ctx, (*context.Context)(nil))
	if err := chosen.Run(p, &cli.Token); err != nil {
		p.complain("hitotsu: %s", message(err))
		if _, ok := errors.AsType[wrongCall](err); ok {
			return 2
		}
		return 1
	}
	return 0
}

// message is an error for people: all faults of a configuration, a line each.
func message(err error) string {
	if faults, ok := errors.AsType[config.Faults](err); ok {
		return "the configuration cannot work:\n" + faults.Error()
	}
	return err.Error()
}

type demoCommand struct {
	Seed     uint64 `help:"Seed of the demo company; the same seed and day give the same company." default:"1"`
	Today    string `help:"The last day with data, as 2026-11-20; the current day by default."`
	PortBase int    `help:"Port of the first simulator; control ports lie ten further on." default:"8081"`
}

// maxPortBase leaves room for the ports that follow, see PortBase.
const maxPortBase = 65_535 - 13

// Validate tells a wrong call from one that fails; kong calls it.
func (c demoCommand) Validate() error {
	if _, err := c.today(); err != nil {
		return fmt.Errorf("--today: %w", err)
	}
	if c.PortBase < 0 || c.PortBase > maxPortBase {
		return fmt.Errorf("--port-base: must be between 0 and %d; 0 takes free ports", maxPortBase)
	}
	return nil
}

func (c demoCommand) today() (hr.Date, error) {
	if c.Today == "" {
		return hr.Date{}, nil
	}
	return hr.ParseDate(c.Today)
}

func (c demoCommand) Run(ctx context.Context, p process) (err error) {
	opts := app.DemoOptions{Seed: c.Seed, PortBase: c.PortBase, Environ: p.environ, Now: p.now, Log: p.quietLog("warn")}
	if opts.Today, err = c.today(); err != nil {
		return err
	}
	d, err := app.StartDemo(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	d.Greet(p.out)
	return d.Run(ctx)
}

// quietLog shows only what needs somebody, so that what is printed stays in
// sight; HITOTSU_LOG_LEVEL shows more.
func (p process) quietLog(level string) *slog.Logger {
	for _, v := range p.environ {
		if name, value, _ := strings.Cut(v, "="); name == "HITOTSU_LOG_LEVEL" {
			level = value
		}
	}
	return p.newLog(level, "text")
}

// simulateCommand has the demo's choices and two of its own.
type simulateCommand struct {
	demoCommand

	People int      `help:"How many people, 100 to 20000." default:"300"`
	Faults bool     `help:"Let one read in thirty go wrong, as a network does." default:"true" negatable:""`
	Listen string   `help:"Address to listen on; the control ports stay on loopback." default:"127.0.0.1"`
	Host   string   `help:"Name under which others reach that address; needed where it is not loopback."`
	System []string `help:"Start only this one: ${enum}; may be given again." enum:"akashi,jobcan,carely,yesod"`
}

// Validate tells a wrong call from one that fails; kong calls it.
func (c simulateCommand) Validate() error {
	if c.People < leastPeople || c.People > mostPeople {
		return fmt.Errorf("--people: must be between %d and %d", leastPeople, mostPeople)
	}
	if ip, err := netip.ParseAddr(c.Listen); err != nil {
		return errors.New("--listen: must be an address of this machine, such as 127.0.0.1 or 0.0.0.0")
	} else if !ip.IsLoopback() && c.Host == "" {
		return errors.New("--host: needed beside --listen, the name under which others reach this machine")
	}
	return c.demoCommand.Validate()
}

// The simulators' limits.
const leastPeople, mostPeople = 100, 20_000

func (c simulateCommand) Run(ctx context.Context, p process) error {
	today, err := c.today()
	if err != nil {
		return err
	}
	return app.Simulate(ctx, app.SimulateOptions{
		Seed: c.Seed, Today: today, People: c.People, PortBase: c.PortBase, Only: c.System, Faults: c.Faults,
		Listen: c.Listen, Host: c.Host,
		Out: p.out, Now: p.now,
	})
}

type serveCommand struct{}

func (serveCommand) Run(ctx context.Context, p process) error {
	return app.Serve(ctx, p.serveOptions())
}

type checkCommand struct{}

func (checkCommand) Run(ctx context.Context, p process) error {
	return app.Check(ctx, p.serveOptions())
}

type probeCommand struct {
	System string `arg:"" help:"${enum}." enum:"akashi,jobcan,carely,yesod"`
}

func (c probeCommand) Run(ctx context.Context, p process) error {
	opts := p.serveOptions()
	// A refused question is an answer and no cause for alarm.
	opts.NewLog = func(string, string) *slog.Logger { return p.quietLog("error") }
	return app.Probe(ctx, opts, config.System(strings.ToUpper(c.System)))
}

func (p process) serveOptions() app.ServeOptions {
	return app.ServeOptions{Environ: p.environ, Now: p.now, Out: p.out, NewLog: p.newLog}
}

// newLog makes a logger on standard error.
func (p process) newLog(level, format string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	opts := &slog.HandlerOptions{Level: l}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(p.errs, opts))
	}
	return slog.New(slog.NewTextHandler(p.errs, opts))
}
