package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hitotsu/hitotsu/bench/systems"
)

// A side is one of those that are compared, before simulated systems of its own.
type side struct {
	systems *systems.Systems
	ask     func() ([]byte, error)
}

// extent says how often one thing is asked.
type extent struct {
	// Between least and most times, and no more once budget has passed.
	least, most int
	budget      time.Duration
	// rest is kept before each time, so that the pacing before a system, 20 requests
	// a second at Carely and 1,000 elsewhere, is not what is measured.
	rest time.Duration
}

// series is what asking some times, one after another, showed.
type series struct {
	took []time.Duration
	// over is took without the critical path of the upstream calls.
	over []time.Duration
	// The rest is for one answer.
	cpu         time.Duration
	allocations uint64
	bytes       uint64
	// peak is the most memory, in bytes, that the process had resident meanwhile;
	// 0 where the operating system does not tell.
	peak int64
	// calls are those of one answer, by system.
	calls     map[string]int
	perSecond float64
	answer    []byte
}

func quantile(of []time.Duration, q float64) time.Duration {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// times asks once to warm up and to count calls, then as often as e says.
func (s side) times(ctx context.Context, e extent) (*series, error) {
	var out series
	forgetPeak()
	if err := s.systems.Forget(ctx); err != nil {
		return nil, err
	}
	var err error
	if out.answer, err = s.ask(); err != nil {
		return nil, err
	}
	calls, err := s.systems.Calls(ctx)
	if err != nil {
		return nil, err
	}
	out.calls = calls.Count
	if err := s.systems.Forget(ctx); err != nil {
		return nil, err
	}
	began, m := time.Now(), startMeter()
	var asked []systems.Span
	for len(asked) < e.least || len(asked) < e.most && time.Since(began) < e.budget {
		if err := rest(ctx, e.rest); err != nil {
			return nil, err
		}
		at := time.Now()
		if out.answer, err = s.ask(); err != nil {
			return nil, err
		}
		asked = append(asked, systems.Span{Begin: at, End: time.Now()})
	}
	m.stop(&out, len(asked))
	out.peak = peak()
	if calls, err = s.systems.Calls(ctx); err != nil {
		return nil, err
	}
	out.note(asked, calls.Spans)
	return &out, nil
}

// once adds a beginning: what is not repeated in one process.
func (s *series) once(ctx context.Context, at *systems.Systems, ask func() ([]byte, error)) error {
	m, began := startMeter(), time.Now()
	var err error
	if s.answer, err = ask(); err != nil {
		return err
	}
	asked := []systems.Span{{Begin: began, End: time.Now()}}
	m.stop(s, 1)
	calls, err := at.Calls(ctx)
	if err != nil {
		return err
	}
	if s.calls != nil && !maps.Equal(s.calls, calls.Count) {
		return fmt.Errorf("the calls differ from time to time: %v and %v", s.calls, calls.Count)
	}
	s.calls = calls.Count
	s.note(asked, calls.Spans)
	return nil
}

// mean turns sums over beginnings into what one took.
func (s *series) mean() *series {
	n := len(s.took)
	s.cpu /= time.Duration(n)
	s.allocations /= uint64(n)
	s.bytes /= uint64(n)
	return s
}

// note takes what operations took, and what of it was not the systems'.
func (s *series) note(asked, calls []systems.Span) {
	for _, a := range asked {
		took := a.End.Sub(a.Begin)
		s.took = append(s.took, took)
		s.over = append(s.over, took-systems.CriticalPath(calls, a))
	}
}

// rest waits.
func rest(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// meter reads what the process uses.
type meter struct {
	memory runtime.MemStats
	cpu    time.Duration
}

func startMeter() *meter {
	m := &meter{}
	runtime.GC()
	runtime.ReadMemStats(&m.memory)
	m.cpu = processorTime()
	return m
}

// stop adds what was used since the start, for one of n.
func (m *meter) stop(s *series, n int) {
	cpu := processorTime() - m.cpu
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	s.cpu += cpu / time.Duration(n)
	s.allocations += (after.Mallocs - m.memory.Mallocs) / uint64(n)
	s.bytes += (after.TotalAlloc - m.memory.TotalAlloc) / uint64(n)
}

// processorTime is what this process has used, in user and system mode.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// forgetPeak gives unused memory back and lets the system count the peak anew.
func forgetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // on Linux; elsewhere peak is 0
}

// peak is the most memory that was resident since forgetPeak, in bytes.
func peak() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if kB, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kB), "kB")), 10, 64)
			return n << 10
		}
	}
	return 0
}

// crowd is how many ask at once when throughput is measured.
const crowd = 8

// throughput is how many answers a second a crowd gets; 0 when no length is given.
func throughput(length time.Duration, ask func() ([]byte, error)) (float64, error) {
	if length == 0 {
		return 0, nil
	}
	var wg sync.WaitGroup
	counts, errs := make([]int, crowd), make([]error, crowd)
	began := time.Now()
	for i := range crowd {
		wg.Go(func() {
			for time.Since(began) < length && errs[i] == nil {
				_, errs[i] = ask()
				counts[i]++
			}
		})
	}
	wg.Wait()
	total := 0
	for i, n := range counts {
		if errs[i] != nil {
			return 0, errs[i]
		}
		total += n
	}
	return float64(total) / time.Since(began).Seconds(), nil
}

// asker sends requests over loopback. It asks for no compression: who answers
// through the gateway's middleware would pay for it and the others would not.
type asker struct{ http *http.Client }

func newAsker() *asker {
	return &asker{&http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: crowd}}}
}

// post sends a body and returns the answer.
func (a *asker) post(ctx context.Context, url string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+caller)
	resp, err := a.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return nil, err
	case resp.Header.Get("Content-Encoding") != "":
		return nil, fmt.Errorf("the answer is compressed")
	case resp.StatusCode != http.StatusOK || bytes.Contains(raw, []byte(`"errors"`)):
		return nil, fmt.Errorf("status %d: %.300s", resp.StatusCode, raw)
	}
	return raw, nil
}
