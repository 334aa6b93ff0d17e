// Package systems runs the four simulated systems as a process of its own, so
// that the processor time and the memory of a measurement are not theirs, and
// speaks to their control ports. It imports nothing of the gateway.
package systems

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Today is the last day with data.
const Today = "2026-11-20"

// Build compiles the program into a directory and returns its path. The working
// directory is somewhere in the module.
func Build(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "hitotsu")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, //nolint:gosec // our own path
		"github.com/hitotsu/hitotsu/cmd/hitotsu")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("build hitotsu: %w", err)
	}
	return binary, nil
}

// Systems is the running process.
type Systems struct {
	// Env is the environment of a gateway in front of them.
	Env map[string]string

	cmd     *exec.Cmd
	control map[string]string // URL by system
}

// Start starts `hitotsu simulate` and reads what it prints: control URLs, and the
// environment of a gateway. Stop it after use.
func Start(ctx context.Context, binary string, people int) (*Systems, error) {
	s := &Systems{Env: map[string]string{}, control: map[string]string{}}
	s.cmd = exec.CommandContext(ctx, binary, "simulate", //nolint:gosec // built just now
		"--no-faults", "--today", Today, "--port-base", "0",
		"--people", strconv.Itoa(people))
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	exported := regexp.MustCompile(`^\s*export (HITOTSU_[A-Z_]+)='(.*)'$`)
	system := ""
	for lines.Scan() {
		text := lines.Text()
		if m := exported.FindStringSubmatch(text); m != nil {
			s.Env[m[1]] = m[2]
		}
		switch fields := strings.Fields(text); {
		case len(fields) == 1 && text == fields[0]:
			system = strings.ToLower(text)
		case len(fields) == 2 && fields[0] == "control":
			s.control[system] = fields[1]
		}
		if strings.Contains(text, "Ctrl-C ends everything") {
			break
		}
	}
	if len(s.control) != 4 || s.Env["HITOTSU_AKASHI_URL"] == "" {
		s.Stop()
		return nil, errors.New("the simulators did not tell how to reach them")
	}
	return s, nil
}

// Stop kills the process and waits for its end. It may be called on nil.
func (s *Systems) Stop() {
	if s != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait() // it was killed
	}
}

// Dump reads the full state of one system.
func (s *Systems) Dump(ctx context.Context, system string, into any) error {
	return call(ctx, http.MethodGet, s.control[system]+"/dump", nil, into)
}

// SetLatency makes every upstream call take that long.
func (s *Systems) SetLatency(ctx context.Context, d time.Duration) error {
	for _, control := range s.control {
		if err := call(ctx, http.MethodDelete, control+"/fault", nil, nil); err != nil {
			return err
		}
		if d == 0 {
			continue
		}
		fault := map[string]any{"latency_ms": d.Milliseconds()}
		if err := call(ctx, http.MethodPost, control+"/fault", fault, nil); err != nil {
			return err
		}
	}
	return nil
}

// Reset puts everything back as it was at the start, tokens included.
func (s *Systems) Reset(ctx context.Context) error {
	for _, control := range s.control {
		if err := call(ctx, http.MethodPost, control+"/reset", nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// Forget empties the histories.
func (s *Systems) Forget(ctx context.Context) error {
	for _, control := range s.control {
		if err := call(ctx, http.MethodDelete, control+"/history", nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// Calls is what was asked since the histories were emptied.
type Calls struct {
	// Count is by system, requests for tokens left out.
	Count map[string]int
	// Spans are the times in which the systems worked, requests for tokens
	// included, in no order. A history keeps the last 10,000 requests.
	Spans []Span
}

// Span is the time from a request's arrival at a system until the system was done
// with it.
type Span struct{ Begin, End time.Time }

// Calls returns what was asked, once nothing is under way.
func (s *Systems) Calls(ctx context.Context) (Calls, error) {
	out := Calls{Count: map[string]int{}}
	for name, control := range s.control {
		var history struct {
			Counters map[string]int
			UnderWay int `json:"under_way"`
			Requests []struct {
				Time time.Time
				Took time.Duration `json:"took_ns"`
			}
		}
		for history.UnderWay = 1; history.UnderWay > 0; {
			history.Requests = nil
			if err := call(ctx, http.MethodGet, control+"/history", nil, &history); err != nil {
				return out, err
			}
		}
		for route, n := range history.Counters {
			if !strings.Contains(route, "token") {
				out.Count[name] += n
			}
		}
		for _, r := range history.Requests {
			out.Spans = append(out.Spans, Span{r.Time, r.Time.Add(r.Took)})
		}
	}
	return out, nil
}

// call speaks to a control port.
func call(ctx context.Context, method, url string, body, answer any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req) //nolint:forbidigo // a loopback server of our own
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s: %s", method, url, resp.Status)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(answer)
}
