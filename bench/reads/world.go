package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"
)

// The fixed day and month of all queries.
const (
	today = "2026-11-20"
	day   = "2026-11-19"
)

// world is the simulated systems, twice: the gateway and the handler rotate
// tokens, so each needs systems of its own. Both hold the same company.
type world struct {
	dir           string
	gateway, hand *systems
	size          size
	hands         *handler
	// profile takes the profile of the answers of one query in a state; nil for
	// none.
	profile io.Writer
	state   string
}

// size is what of the company decides how many calls there are.
type size struct {
	staffs, employees, customers int
	// punchers is how many people Jobcan lists stamps of on the day, punches how
	// many stamps.
	punchers, punches int
	projects          int
	// overtimes is how many months Carely keeps of the first hundred people.
	overtimes int
}

func (w *world) measureSize(ctx context.Context, first people) (size, error) {
	var akashi struct {
		Staffs, Projects []struct{}
	}
	var jobcan struct {
		Employees []struct{}
		Adits     []struct {
			Date       string
			EmployeeID int64 `json:"employee_id"`
		}
	}
	var carely struct {
		Customers []struct{}
		Overtimes []struct{ CustomerUUID string }
	}
	for name, into := range map[string]any{"akashi": &akashi, "jobcan": &jobcan, "carely": &carely} {
		if err := call(ctx, http.MethodGet, w.gateway.control[name]+"/dump", nil, into); err != nil {
			return size{}, err
		}
	}
	s := size{
		staffs: len(akashi.Staffs), employees: len(jobcan.Employees), customers: len(carely.Customers),
		projects: len(akashi.Projects),
	}
	people := map[int64]bool{}
	for _, a := range jobcan.Adits {
		if a.Date == day {
			people[a.EmployeeID] = true
			s.punches++
		}
	}
	s.punchers = len(people)
	customers := map[string]bool{}
	for _, e := range first {
		for _, l := range e.Links {
			customers[l.VendorID] = customers[l.VendorID] || l.System == "CARELY"
		}
	}
	for _, o := range carely.Overtimes {
		if customers[o.CustomerUUID] {
			s.overtimes++
		}
	}
	return s, nil
}

// people is what a gateway says of everybody: codes and vendors' ids, in the
// order of its pages.
type people []struct {
	Code  string `json:"code"`
	Links []struct {
		System   string `json:"system"`
		VendorID string `json:"vendorId"`
	} `json:"links"`
}

// everybody asks a gateway who is who, so that both sides speak of the same
// people in the same order.
func (w *world) everybody(ctx context.Context) (people, error) {
	g, err := freshGateway(ctx, w.gateway, 0, true)
	if err != nil {
		return nil, err
	}
	defer func() { _ = g.stop() }()
	answer, err := g.ask(ctx, page(300, `links { system vendorId }`))
	if err != nil {
		return nil, err
	}
	var got struct {
		Data struct {
			Employees struct {
				Nodes people `json:"nodes"`
			} `json:"employees"`
		} `json:"data"`
	}
	err = json.Unmarshal(answer, &got)
	return got.Data.Employees.Nodes, err
}

// systems is one process with the four simulators.
type systems struct {
	cmd     *exec.Cmd
	env     map[string]string // of a gateway in front of them
	control map[string]string // URL by system
}

func newWorld(ctx context.Context, people int) (*world, error) {
	dir, err := os.MkdirTemp("", "hitotsu-bench-")
	if err != nil {
		return nil, err
	}
	w := &world{dir: dir}
	binary := filepath.Join(dir, "hitotsu")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/hitotsu") //nolint:gosec // our own path
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, errors.Join(fmt.Errorf("build hitotsu: %w", err), w.close())
	}
	for _, s := range []**systems{&w.gateway, &w.hand} {
		if *s, err = startSystems(ctx, binary, people); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	everybody, err := w.everybody(ctx)
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	if w.size, err = w.measureSize(ctx, everybody[:100]); err != nil {
		return nil, errors.Join(err, w.close())
	}
	if w.hands, err = newHandler(ctx, w.hand.env, everybody); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// profiling profiles what is asked in a state until the returned function is
// called.
func (w *world) profiling(state string) (stop func(), err error) {
	if w.profile == nil || w.state != state {
		return func() {}, nil
	}
	return pprof.StopCPUProfile, pprof.StartCPUProfile(w.profile)
}

func (w *world) close() error {
	for _, s := range []*systems{w.gateway, w.hand} {
		if s != nil {
			_ = s.cmd.Process.Kill()
			_ = s.cmd.Wait() // it was killed
		}
	}
	return os.RemoveAll(w.dir)
}

// startSystems starts `hitotsu simulate` and reads what it prints: control URLs,
// and the environment of a gateway.
func startSystems(ctx context.Context, binary string, people int) (*systems, error) {
	s := &systems{env: map[string]string{}, control: map[string]string{}}
	s.cmd = exec.CommandContext(ctx, binary, "simulate", //nolint:gosec // built just now
		"--no-faults", "--today", today, "--port-base", "0",
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
			s.env[m[1]] = m[2]
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
	if len(s.control) != 4 || s.env["HITOTSU_AKASHI_URL"] == "" {
		return nil, errors.New("the simulators did not tell how to reach them")
	}
	return s, nil
}

// setLatency makes every upstream call take that long.
func (s *systems) setLatency(ctx context.Context, d time.Duration) error {
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

// calls returns what each system was asked since the last clear, tokens left out.
func (s *systems) calls(ctx context.Context) (map[string]int, error) {
	out := map[string]int{}
	for name, control := range s.control {
		var history struct{ Counters map[string]int }
		if err := call(ctx, http.MethodGet, control+"/history", nil, &history); err != nil {
			return nil, err
		}
		for route, n := range history.Counters {
			if !strings.Contains(route, "token") {
				out[name] += n
			}
		}
	}
	return out, nil
}

// reset puts everything back as it was at the start, tokens included.
func (s *systems) reset(ctx context.Context) error {
	for _, control := range s.control {
		if err := call(ctx, http.MethodPost, control+"/reset", nil, nil); err != nil {
			return err
		}
	}
	return nil
}

func (s *systems) clear(ctx context.Context) error {
	for _, control := range s.control {
		if err := call(ctx, http.MethodDelete, control+"/history", nil, nil); err != nil {
			return err
		}
	}
	return nil
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
