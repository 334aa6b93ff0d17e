// Package fleettest runs what docker-compose.yml describes as processes of this
// machine: the four simulated systems, and gateways in front of them that share
// a Redis. The program is built once and knows nothing of the test: it gets an
// environment, prints its address and is asked over HTTP.
//
// Only tests and benchmarks may import it. It imports nothing of the gateway but
// the redis-servers of internal/store/storetest.
package fleettest

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Key is the bearer token of the one caller, who sees everybody.
const Key = "key-of-hr-2f6c1d0a9b"

// Options decide what a Fleet is made of. The zero value has no Redis and the
// smallest company.
type Options struct {
	// RedisURL is what the gateways share.
	RedisURL string
	// People of the company; 0 is the smallest there is.
	People int
	// Environ is added to the environment of each gateway and wins.
	Environ []string
}

// Fleet is the simulated systems and what gateways are started with.
type Fleet struct {
	Akashi, Jobcan, Carely, Yesod Control
	// CarelyTokens says how long Carely's tokens live.
	CarelyTokens Lives

	opts    Options
	environ []string // that connects a gateway to the systems
	callers string
}

// leastPeople is the smallest company that the simulators make.
const leastPeople = 100

// Start starts the simulated systems. They end with the test.
func Start(tb testing.TB, opts Options) *Fleet {
	tb.Helper()
	if opts.People == 0 {
		opts.People = leastPeople
	}
	f := &Fleet{opts: opts, callers: filepath.Join(tb.TempDir(), "callers.yaml")}
	caller := fmt.Sprintf("- {name: me, role: hr, sha256: %x}\n", sha256.Sum256([]byte(Key)))
	if err := os.WriteFile(f.callers, []byte(caller), 0o600); err != nil {
		tb.Fatal(err)
	}
	p := run(tb, nil, "simulate", "--port-base", "0", "--no-faults", "--people", strconv.Itoa(opts.People))
	systems := map[string]*Control{"AKASHI": &f.Akashi, "Jobcan": &f.Jobcan, "Carely": &f.Carely, "YESOD": &f.Yesod}
	current := &Control{}
	p.read(tb, func(line string) bool {
		line = strings.TrimSpace(line)
		if c, ok := systems[line]; ok {
			current = c
		}
		if name, value, ok := strings.Cut(line, " "); ok && name == "control" {
			current.url = strings.TrimSpace(value)
		}
		if variable, ok := strings.CutPrefix(line, "export "); ok && strings.HasSuffix(variable, "'") {
			name, value, _ := strings.Cut(variable, "=")
			value = strings.Trim(value, "'")
			if name == "HITOTSU_CARELY_AUTH_URL" {
				value = f.CarelyTokens.shorten(tb, value)
			}
			f.environ = append(f.environ, name+"="+value)
		}
		return strings.HasPrefix(line, "Ctrl-C")
	})
	return f
}

// Systems are the control ports in the order AKASHI, Jobcan, Carely, YESOD.
func (f *Fleet) Systems() []*Control { return []*Control{&f.Akashi, &f.Jobcan, &f.Carely, &f.Yesod} }

// Gateway is one process of the gateway.
type Gateway struct {
	*process
	// URL is its GraphQL endpoint.
	URL string
	// Dir is its data directory.
	Dir string

	fleet *Fleet
}

// Gateway starts one more gateway, on a free port and with a data directory of
// its own, and waits until it listens. It ends with the test.
func (f *Fleet) Gateway(tb testing.TB) *Gateway {
	tb.Helper()
	g := &Gateway{Dir: tb.TempDir(), fleet: f}
	g.Restart(tb)
	return g
}

// Restart starts the gateway again after Kill, with the data directory it had.
func (g *Gateway) Restart(tb testing.TB) {
	tb.Helper()
	environ := append([]string{
		"HITOTSU_LISTEN=127.0.0.1:0", "HITOTSU_LOG_FORMAT=json", "HITOTSU_CALLERS_FILE=" + g.fleet.callers,
		"HITOTSU_ENCRYPTION_KEY=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("k"), 32)),
		"HITOTSU_DATA_DIR=" + g.Dir, "HITOTSU_REDIS_URL=" + g.fleet.opts.RedisURL,
		// AKASHI's limit is nobody's subject here; Carely's is. Two of its 20 are left
		// for a busy machine, on which a request may arrive later than the 30 ms that
		// the pacing allows for; e2e/conformance asks for all of them.
		"HITOTSU_AKASHI_REQUESTS_PER_SECOND=50", "HITOTSU_JOBCAN_REQUESTS_PER_SECOND=50",
		"HITOTSU_CARELY_REQUESTS_PER_SECOND=18",
		"HITOTSU_AKASHI_FIRST_REISSUE_DELAY=1s",
		// Room for a busy machine: at 15 ms it would go on without a Redis that is
		// well, now and then, and then writes of others show later.
		"HITOTSU_REDIS_BUDGET=150ms",
	}, g.fleet.environ...)
	g.process = run(tb, append(environ, g.fleet.opts.Environ...), "serve")
	g.read(tb, func(line string) bool {
		_, address, ok := strings.Cut(line, "listens on ")
		g.URL = strings.TrimSpace(address) + "graphql"
		return ok
	})
}

// process is a child process.
type process struct {
	cmd    *exec.Cmd
	stdout *bufio.Reader
	ended  chan struct{}

	mu  sync.Mutex
	log bytes.Buffer
}

// program is the built program, made once for all tests of a binary.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "hitotsu-fleet-")
	if err != nil {
		return "", err
	}
	built.Do(func() {})
	path := filepath.Join(dir, "hitotsu")
	// It is for all tests of the binary, so none of their contexts will do.
	build := exec.CommandContext(context.Background(), "go", "build", "-o", path, "github.com/hitotsu/hitotsu/cmd/hitotsu")
	if out, err := build.CombinedOutput(); err != nil {
		return path, fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
})

// built keeps Main from building what no test wanted.
var built sync.Once

// Main runs the tests of a package that uses fleets and removes the program.
func Main(m *testing.M) int {
	code := m.Run()
	wanted := true
	built.Do(func() { wanted = false })
	if wanted {
		if path, err := program(); err == nil {
			_ = os.RemoveAll(filepath.Dir(path)) // it is a temporary directory
		}
	}
	return code
}

// run starts the program with nothing of this process's environment.
func run(tb testing.TB, environ []string, args ...string) *process {
	tb.Helper()
	path, err := program()
	if err != nil {
		tb.Fatal(err)
	}
	p := &process{cmd: exec.Command(path, args...), ended: make(chan struct{})}
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir()}, environ...)
	p.cmd.Stderr = p
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	p.stdout = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		p.Kill()
		if text := p.tail(); tb.Failed() && text != "" {
			tb.Logf("the end of the log of %v:\n%s", args, text)
		}
	})
	return p
}

// startTime is how long a process may take to come up on a busy machine.
const startTime = 60 * time.Second

// read gives the lines of the standard output to found until it is satisfied.
func (p *process) read(tb testing.TB, found func(line string) bool) {
	tb.Helper()
	late := time.AfterFunc(startTime, func() { _ = p.cmd.Process.Kill() }) // ends the reading
	defer late.Stop()
	for {
		line, err := p.stdout.ReadString('\n')
		if found(line) {
			go func() { _, _ = io.Copy(io.Discard, p.stdout) }() // ends with the process
			return
		}
		if err != nil {
			tb.Fatalf("the program ended: %v\n%s", err, p.tail())
		}
	}
}

// Write takes what the process logs.
func (p *process) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(text)
}

// Log is what the process wrote to its standard error.
func (p *process) Log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// tail is the end of the log, without what is as it should be.
func (p *process) tail() string {
	var lines []string
	for line := range strings.Lines(p.Log()) {
		if !strings.Contains(line, `"level":"INFO"`) && !strings.Contains(line, `"upstream call"`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-20):], "")
}

// Kill ends the process as kill -9 does.
func (p *process) Kill() { p.end(syscall.SIGKILL) }

// Stop ends the process as docker stop does.
func (p *process) Stop() { p.end(syscall.SIGTERM) }

func (p *process) end(s syscall.Signal) {
	select {
	case <-p.ended:
		return
	default:
	}
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		_ = p.cmd.Process.Kill() // nothing else is left to do
	}
	_ = p.cmd.Wait() // a killed process has no better end
	close(p.ended)
}
