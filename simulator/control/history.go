package control

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// History is what the vendor's side was asked since the last reset.
type History struct {
	// Total counts all requests, answered or not.
	Total int `json:"total"`
	// Counters counts them by method and route, such as "GET /{company}/staffs".
	// Requests that fit no route are under the method and "unmatched".
	Counters map[string]int `json:"counters"`
	// HighestPerSecond is the most requests that arrived within any one second.
	HighestPerSecond int `json:"highest_per_second"`
	// UnderWay is how many requests have arrived and are not done with, those of
	// before the last reset among them. One whose caller has left is done with
	// once the simulator has noticed.
	UnderWay int `json:"under_way"`
	// Requests are the last ones in order of arrival; Options.KeepRequests is
	// the most.
	Requests []Request `json:"requests"`
}

// Request is one request to the vendor's side.
type Request struct {
	// Time is the arrival.
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	// Route is the request's key in History.Counters.
	Route string `json:"route"`
	// Query holds the parameters. The value is "REDACTED" where the name holds
	// "token", "secret" or "password", is "target" or "code" (secrets at AKASHI
	// and in OAuth), or is one of Options.SecretParams.
	Query url.Values `json:"query"`
	// Form holds the parameters of a form in the body, as far as the simulator
	// has read it, with the same values left out.
	Form url.Values `json:"form,omitempty"`
	// Status is what was answered; 0 while the answer is under way or when the
	// connection ended without one.
	Status int `json:"status"`
	// Took is the time from the arrival until the simulator was done with the
	// answer, a fault's latency included; 0 while it is under way.
	Took time.Duration `json:"took_ns"`
}

// history is the memory behind History.
type history struct {
	now     func() time.Time
	keep    int
	secrets []string

	mu       sync.Mutex
	total    int
	underWay int
	highest  int
	lastSec  []time.Time // arrivals of the last second
	requests []*Request
	counters map[string]int
	epoch    int // grows with each clear
}

func newHistory(opts Options) *history {
	return &history{
		now: opts.Now, keep: opts.KeepRequests, secrets: opts.SecretParams,
		counters: map[string]int{},
	}
}

// arrive notes a request and returns the function that completes the note, which
// may be called again when more is known, and the one that ends it, whatever was
// cleared since it arrived.
func (h *history) arrive(r *http.Request) (done func(route string, form url.Values, status int), leave func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	// The clock is read under the lock, so that arrivals are in order.
	now := h.now()
	entry := &Request{Time: now, Method: r.Method, Path: r.URL.Path, Query: h.redact(r.URL.Query())}
	h.total++
	h.underWay++
	h.requests = append(h.requests, entry)
	if len(h.requests) > h.keep {
		h.requests = slices.Delete(h.requests, 0, len(h.requests)-h.keep)
	}
	old := 0
	for old < len(h.lastSec) && now.Sub(h.lastSec[old]) >= time.Second {
		old++
	}
	h.lastSec = append(slices.Delete(h.lastSec, 0, old), now)
	h.highest = max(h.highest, len(h.lastSec))
	epoch := h.epoch
	leave = func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.underWay--
		entry.Took = h.now().Sub(now)
	}
	done = func(route string, form url.Values, status int) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.epoch != epoch {
			return // the history was cleared meanwhile
		}
		if entry.Route != route {
			if h.counters[entry.Route]--; h.counters[entry.Route] <= 0 {
				delete(h.counters, entry.Route)
			}
			entry.Route = route
			h.counters[route]++
		}
		entry.Status = status
		if len(form) > 0 {
			entry.Form = h.redact(clone(form))
		}
	}
	return done, leave
}

func clone(form url.Values) url.Values {
	out := make(url.Values, len(form))
	for name, values := range form {
		out[name] = slices.Clone(values)
	}
	return out
}

func (h *history) redact(query url.Values) url.Values {
	for name, values := range query {
		lower := strings.ToLower(name)
		if strings.Contains(lower, "token") || strings.Contains(lower, "secret") ||
			strings.Contains(lower, "password") || lower == "target" || lower == "code" ||
			slices.Contains(h.secrets, name) {
			for i := range values {
				values[i] = "REDACTED"
			}
		}
	}
	return query
}

func (h *history) clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.total, h.highest, h.lastSec, h.requests = 0, 0, nil, nil
	h.counters = map[string]int{}
	h.epoch++
}

func (h *history) snapshot() History {
	h.mu.Lock()
	defer h.mu.Unlock()
	requests := make([]Request, len(h.requests))
	for i, r := range h.requests {
		requests[i] = *r
	}
	return History{
		Total: h.total, Counters: maps.Clone(h.counters), HighestPerSecond: h.highest, UnderWay: h.underWay,
		Requests: requests,
	}
}

// History returns a copy of what was asked.
func (s *Server) History() History { return s.history.snapshot() }

// ClearHistory forgets what was asked and keeps the simulator's state.
func (s *Server) ClearHistory() { s.history.clear() }

type routeKey struct{}

// SetRoute names the route that a request is counted under, with the method, for
// simulators whose paths say too little, such as "POST /graphql customers". It
// does nothing outside a Server.
func SetRoute(ctx context.Context, route string) {
	if name, ok := ctx.Value(routeKey{}).(*string); ok {
		*name = route
	}
}

// routeOf returns the counter of a request: what SetRoute said, or else the
// pattern that served it.
func routeOf(r *http.Request, named string) string {
	switch {
	case named != "":
		return named
	case r.Pattern == "":
		return r.Method + " unmatched"
	case strings.Contains(r.Pattern, " "):
		return r.Pattern
	default:
		return r.Method + " " + r.Pattern
	}
}
