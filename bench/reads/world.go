package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"runtime/pprof"

	"github.com/hitotsu/hitotsu/bench/systems"
)

// The fixed day and month of all queries.
const (
	today = systems.Today
	day   = "2026-11-19"
)

// world is the simulated systems, twice: the gateway and the handler rotate
// tokens, so each needs systems of its own. Both hold the same company.
type world struct {
	dir           string
	gateway, hand *systems.Systems
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
		if err := w.gateway.Dump(ctx, name, into); err != nil {
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
	ID    string `json:"id"`
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
	if err := g.start(ctx); err != nil {
		return nil, err
	}
	answer, err := g.asks(ctx, page(300, `links { system vendorId }`))()
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

func newWorld(ctx context.Context, people int) (*world, error) {
	dir, err := os.MkdirTemp("", "hitotsu-bench-")
	if err != nil {
		return nil, err
	}
	w := &world{dir: dir}
	binary, err := systems.Build(ctx, dir)
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	for _, s := range []**systems.Systems{&w.gateway, &w.hand} {
		if *s, err = systems.Start(ctx, binary, people); err != nil {
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
	if w.hands, err = newHandler(ctx, w.hand.Env, everybody); err != nil {
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
	for _, s := range []*systems.Systems{w.gateway, w.hand} {
		s.Stop()
	}
	return os.RemoveAll(w.dir)
}
