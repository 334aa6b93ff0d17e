package control

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
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
	// JitterMS adds up to so many milliseconds to LatencyMS, drawn anew for each
	// request.
	JitterMS int `json:"jitter_ms,omitempty"`
	// Cut ends the connection without an answer: "before" the simulator was
	// asked or "after" it did what was asked.
	Cut string `json:"cut,omitempty"`
	// BytesPerSecond asks the simulator and sends its answer so slowly; 1 or
	// more.
	BytesPerSecond int `json:"bytes_per_second,omitempty"`
	// Truncate asks the simulator and sends the first half of its answer.
	Truncate bool `json:"truncate,omitempty"`
	// Garbage answers 200, application/json, and bytes that are no JSON.
	Garbage bool `json:"garbage,omitempty"`
	// Unauthorized refuses the credential in the vendor's way, or with a bare
	// 401 when the simulator has no way of its own.
	Unauthorized bool `json:"unauthorized,omitempty"`
	// Revoke takes back the credential of the request for good and refuses it, as
	// Unauthorized does. It needs a simulator that implements Revoker.
	Revoke bool `json:"revoke,omitempty"`
	// Lie asks the simulator and changes its answer, still well formed, into one
	// of Lies. It needs a simulator that implements Liar.
	Lie string `json:"lie,omitempty"`
	// Method limits the fault to one HTTP method, such as "POST".
	Method string `json:"method,omitempty"`
	// PathPrefix limits the fault to paths that begin with it.
	PathPrefix string `json:"path_prefix,omitempty"`
	// PerMille is how many of 1,000 requests the fault meets, by chance; 0 means
	// all. The others go to older faults.
	PerMille int `json:"per_mille,omitempty"`
	// Times is how many requests the fault meets before it ends; 0 means all.
	Times int `json:"times,omitempty"`

	told *told // for LieRepeat
}

func (f *Fault) validate() error {
	kinds := 0
	for _, on := range []bool{
		f.Status != 0, f.Hang, f.Truncate, f.Garbage, f.Unauthorized, f.Revoke, f.Cut != "", f.BytesPerSecond != 0,
		f.Lie != "",
	} {
		if on {
			kinds++
		}
	}
	switch {
	case kinds > 1:
		return errors.New("give one of " + faultKinds)
	case kinds == 0 && f.LatencyMS == 0 && f.JitterMS == 0:
		return errors.New("give latency_ms, jitter_ms or one of " + faultKinds)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status %d is not between 200 and 599", f.Status)
	case f.LatencyMS < 0, f.JitterMS < 0, f.Times < 0, f.BytesPerSecond < 0:
		return errors.New("latency_ms, jitter_ms, bytes_per_second and times must not be negative")
	case f.PerMille < 0, f.PerMille > 1000:
		return errors.New("per_mille must be 0 to 1000")
	case f.Cut != "" && f.Cut != cutBefore && f.Cut != cutAfter:
		return errors.New("cut must be before or after")
	case f.Lie != "" && !slices.Contains(Lies(), f.Lie):
		return errors.New("lie must be one of " + strings.Join(Lies(), ", "))
	case f.Status == 0 && (f.Body != "" || len(f.Header) > 0):
		return errors.New("body and header need status")
	}
	return nil
}

const faultKinds = "status, hang, truncate, garbage, unauthorized, revoke, cut, bytes_per_second and lie"

// The values of Fault.Cut.
const (
	cutBefore = "before"
	cutAfter  = "after"
)

// faults are those in force, the oldest first.
type faults struct {
	mu   sync.Mutex
	list []Fault
}

// AddFault puts a fault in force; it refuses a contradictory one.
func (s *Server) AddFault(f Fault) error {
	if err := f.validate(); err != nil {
		return fmt.Errorf("%w: fault: %w", errInput, err)
	}
	if _, ok := s.sim.(Revoker); f.Revoke && !ok {
		return ErrUnsupported
	}
	if _, ok := s.sim.(Liar); f.Lie != "" && !ok {
		return ErrUnsupported
	}
	f.Header, f.told = maps.Clone(f.Header), &told{}
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

// take returns the fault for a request and counts it down.
func (f *faults) take(method, path string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := len(f.list) - 1; i >= 0; i-- {
		fault := f.list[i]
		if !strings.HasPrefix(path, fault.PathPrefix) || fault.Method != "" && fault.Method != method ||
			fault.PerMille > 0 && rand.IntN(1000) >= fault.PerMille {
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
