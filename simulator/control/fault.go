package control

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault is a way to misbehave. Without PathPrefix it meets every request of the
// vendor's side, without Times every time. When several fit, the latest wins.
type Fault struct {
	// Status is answered instead of asking the simulator, with Body and Header;
	// 0 means no such answer.
	Status int    `json:"status,omitempty"`
	Body   string `json:"body,omitempty"`
	// Header is added to the answer of Status, such as {"Retry-After": "2"}. The
	// content type is guessed from Body unless given.
	Header map[string]string `json:"header,omitempty"`
	// Hang never answers; the connection stays open until the caller leaves.
	Hang bool `json:"hang,omitempty"`
	// LatencyMS delays the answer, in milliseconds; with any other fault or
	// alone.
	LatencyMS int `json:"latency_ms,omitempty"`
	// Truncate asks the simulator and sends the first half of its answer.
	Truncate bool `json:"truncate,omitempty"`
	// Garbage answers 200, application/json, and bytes that are no JSON.
	Garbage bool `json:"garbage,omitempty"`
	// Unauthorized refuses the credential in the vendor's way, or with a bare
	// 401 when the simulator has no way of its own.
	Unauthorized bool `json:"unauthorized,omitempty"`
	// PathPrefix limits the fault to paths that begin with it.
	PathPrefix string `json:"path_prefix,omitempty"`
	// Times is how many requests the fault meets before it ends; 0 means all.
	Times int `json:"times,omitempty"`
}

func (f *Fault) validate() error {
	kinds := 0
	for _, on := range []bool{f.Status != 0, f.Hang, f.Truncate, f.Garbage, f.Unauthorized} {
		if on {
			kinds++
		}
	}
	switch {
	case kinds > 1:
		return errors.New("give one of status, hang, truncate, garbage and unauthorized")
	case kinds == 0 && f.LatencyMS == 0:
		return errors.New("give one of status, hang, latency_ms, truncate, garbage and unauthorized")
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status %d is not between 200 and 599", f.Status)
	case f.LatencyMS < 0, f.Times < 0:
		return errors.New("latency_ms and times must not be negative")
	case f.Status == 0 && (f.Body != "" || len(f.Header) > 0):
		return errors.New("body and header need status")
	}
	return nil
}

// faults are those in force, the oldest first.
type faults struct {
	mu   sync.Mutex
	list []Fault
}

// AddFault puts a fault in force; it refuses a contradictory one.
func (s *Server) AddFault(f Fault) error {
	if err := f.validate(); err != nil {
		return fmt.Errorf("control: fault: %w", err)
	}
	f.Header = maps.Clone(f.Header)
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, f)
	return nil
}

// ClearFaults ends all faults. Requests that hang already go on hanging.
func (s *Server) ClearFaults() { s.faults.clear() }

// Faults returns the faults in force, the oldest first, with the Times that are
// left.
func (s *Server) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return append([]Fault{}, s.faults.list...)
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
}

// take returns the fault for a path and counts it down.
func (f *faults) take(path string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := len(f.list) - 1; i >= 0; i-- {
		fault := f.list[i]
		if !strings.HasPrefix(path, fault.PathPrefix) {
			continue
		}
		if fault.Times > 0 {
			f.list[i].Times--
			if f.list[i].Times == 0 {
				f.list = slices.Delete(f.list, i, i+1)
			}
		}
		return fault, true
	}
	return Fault{}, false
}

// misbehave answers a request as a fault says.
func (s *Server) misbehave(fault Fault, w http.ResponseWriter, r *http.Request, next http.Handler) {
	if fault.LatencyMS > 0 && !wait(r, time.Duration(fault.LatencyMS)*time.Millisecond) {
		return
	}
	switch {
	case fault.Status != 0:
		for name, value := range fault.Header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(fault.Status)
		_, _ = w.Write([]byte(fault.Body))
	case fault.Hang:
		<-r.Context().Done()
	case fault.Truncate:
		whole := &buffer{header: w.Header(), status: http.StatusOK}
		next.ServeHTTP(whole, r)
		w.Header().Del("Content-Length")
		w.WriteHeader(whole.status)
		_, _ = w.Write(whole.Bytes()[:whole.Len()/2])
	case fault.Garbage:
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("\x00\x1b{\"success\": tru\xff\xfe<<<"))
	case fault.Unauthorized:
		if u, ok := s.sim.(Unauthorizer); ok {
			u.Unauthorized(w, r)
			return
		}
		http.Error(w, "unauthorized", http.StatusUnauthorized)
	default:
		next.ServeHTTP(w, r)
	}
}

// wait is false when the caller left first.
func wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// buffer keeps a whole answer.
type buffer struct {
	bytes.Buffer
	header http.Header
	status int
}

func (b *buffer) Header() http.Header    { return b.header }
func (b *buffer) WriteHeader(status int) { b.status = status }
