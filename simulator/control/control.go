// Package control is what every simulator process has around its vendor API: a
// switch, a memory and a way to misbehave on demand.
//
// A Server serves one Simulator on one address, of loopback unless it has a name
// for others, and the control API on another one of loopback. The vendor's side
// can be stopped (its listener really closes) and started again on the same port,
// put back to its seeded state, and told to fail; the control side answers all
// the while:
//
//	GET    /         this list
//	POST   /stop     close the vendor's listener and its connections
//	POST   /start    listen again on the same port
//	POST   /reset    seeded state, clock and quirks; empty history, no faults
//	POST   /seed     another company: {"seed": 7, "today": "2026-11-20", "people": 300}
//	GET    /history  what was asked; see History
//	DELETE /history  forget what was asked, keep the state
//	GET    /journal  the requests that changed the state, in order; see Write
//	DELETE /journal  forget them, keep the state
//	GET    /dump     the simulator's full state as JSON
//	GET    /fault    the faults in force
//	POST   /fault    add a fault; see Fault
//	DELETE /fault    end all faults
//	GET    /quirks   the simulator's switches, by name
//	POST   /quirks   set some of them: {"name": true}
//	GET    /clock    the simulator's time
//	POST   /clock    move it forward: {"advance": "24h"}
//
// /seed, /quirks and /clock answer 501 where the simulator has no such thing:
// see Reseeder, Quirky and Clocked. The journal holds what a simulator tells it
// with NoteWrite.
//
// Some faults that a client should survive:
//
//	{"latency_ms": 300, "jitter_ms": 700}
//	{"cut": "before"}                  the connection ends, nothing was done
//	{"cut": "after", "method": "POST"} the connection ends, the write was done
//	{"status": 503, "body": "<html>"}  an error page of a proxy
//	{"status": 429, "times": 2, "header": {"Retry-After": "3"}}
//	{"status": 429}                    without a hint how long to wait
//	{"truncate": true}                 half a JSON
//	{"bytes_per_second": 50}           a slow body
//	{"hang": true}
//	{"revoke": true, "times": 1}       the token of that request dies
//	{"lie": "stranger"}                rows of somebody nobody asked for; see Lies
//	{"status": 502, "method": "GET", "per_mille": 20} now and then, reads only
//
// All of it can be done in process as well, with the methods of Server.
//
// The package knows no vendor and imports nothing of the gateway.
package control

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Simulator is one vendor's API, without ports.
type Simulator interface {
	// Name is the vendor's name in lower case, such as "akashi".
	Name() string
	// Handler serves the vendor's API; it is called once. Requests are counted
	// by the pattern of the http.ServeMux that served them (http.Request.Pattern)
	// or by what SetRoute said.
	Handler() http.Handler
	// Reset goes back to the seeded state. It is safe beside running requests.
	Reset()
	// Dump returns the full state, ready for encoding/json, without secrets. It
	// is safe beside running requests.
	Dump() any
}

// Unauthorizer is implemented by a Simulator that refuses a credential in its
// vendor's own way; the fault "unauthorized" uses it.
type Unauthorizer interface {
	Unauthorized(w http.ResponseWriter, r *http.Request)
}

// Options of a Server. The zero value listens on two free loopback ports.
type Options struct {
	// Addr and ControlAddr are loopback addresses with port; empty means
	// 127.0.0.1:0, a free port.
	Addr, ControlAddr string
	// Host is the name under which other machines reach the vendor's side; with
	// it Addr may be any address. The control side stays on loopback.
	Host string
	// Now is the clock of the history; nil means time.Now.
	Now func() time.Time
	// KeepRequests is how many requests the history holds in full; 0 means
	// 10,000. Totals and counters go on beyond it.
	KeepRequests int
	// SecretParams are query parameters whose values the history hides, beside
	// those that it hides anyway (see Request.Query).
	SecretParams []string
}

// Server serves one simulator. It is safe for concurrent use.
type Server struct {
	sim     Simulator
	opts    Options
	vendor  http.Handler
	control http.Handler
	history *history
	journal *journal
	faults  faults

	mu          sync.Mutex
	started     bool
	closed      bool
	addr        string // of the vendor's side, fixed by the first listen
	controlAddr string
	running     *http.Server // nil while stopped
	controlling *http.Server
	unwatch     func() bool
	serving     sync.WaitGroup // listeners
	handling    sync.WaitGroup // requests of the vendor's side
}

// ErrClosed is returned by a Server after Close.
var ErrClosed = errors.New("control: the server is closed")

// New returns a Server that is not listening yet.
func New(sim Simulator, opts Options) *Server {
	if opts.Addr == "" {
		opts.Addr = "127.0.0.1:0"
	}
	if opts.ControlAddr == "" {
		opts.ControlAddr = "127.0.0.1:0"
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.KeepRequests == 0 {
		opts.KeepRequests = 10_000
	}
	s := &Server{sim: sim, opts: opts, history: newHistory(opts)}
	s.journal = &journal{now: opts.Now, keep: opts.KeepRequests}
	s.vendor = s.observe(sim.Handler())
	s.control = s.controlHandler()
	return s
}

// Start listens on both addresses and serves until Close or until ctx ends.
func (s *Server) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return ErrClosed
	case s.started:
		return errors.New("control: the server is started already")
	}
	if s.opts.Host == "" && !loopback(s.opts.Addr) {
		return notLoopback(s.opts.Addr)
	}
	if !loopback(s.opts.ControlAddr) {
		return notLoopback(s.opts.ControlAddr)
	}
	controlListener, err := listen(ctx, s.opts.ControlAddr)
	if err != nil {
		return err
	}
	vendorListener, err := listen(ctx, s.opts.Addr)
	if err != nil {
		return errors.Join(err, controlListener.Close())
	}
	s.started = true
	s.addr, s.controlAddr = vendorListener.Addr().String(), controlListener.Addr().String()
	s.controlling = s.serve(controlListener, s.control)
	s.running = s.serve(vendorListener, s.vendor)
	s.unwatch = context.AfterFunc(ctx, func() { _ = s.Close() })
	return nil
}

// URL is the vendor's side, such as "http://127.0.0.1:8081"; empty before Start.
// It stays the same while stopped.
func (s *Server) URL() string {
	address := s.urlOf(&s.addr)
	if address == "" || s.opts.Host == "" {
		return address
	}
	return "http://" + net.JoinHostPort(s.opts.Host, address[strings.LastIndex(address, ":")+1:])
}

// ControlURL is the control side; empty before Start.
func (s *Server) ControlURL() string { return s.urlOf(&s.controlAddr) }

func (s *Server) urlOf(addr *string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if *addr == "" {
		return ""
	}
	return "http://" + *addr
}

// Stop closes the vendor's listener and all of its connections: whoever calls is
// refused by the operating system. Stopping twice is harmless.
func (s *Server) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stop()
}

func (s *Server) stop() error {
	if s.running == nil {
		return nil
	}
	err := s.running.Close()
	s.running = nil
	return err
}

// Resume listens again on the port of the first start. Resuming twice is
// harmless.
func (s *Server) Resume(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return ErrClosed
	case !s.started:
		return errors.New("control: the server was never started")
	case s.running != nil:
		return nil
	}
	l, err := listen(ctx, s.addr)
	if err != nil {
		return err
	}
	s.running = s.serve(l, s.vendor)
	return nil
}

// Reset puts the simulator back to its seeded state, empties history and journal
// and ends all faults. It does not start a stopped side.
func (s *Server) Reset() {
	s.sim.Reset()
	s.forget()
}

func (s *Server) forget() {
	s.faults.clear()
	s.history.clear()
	s.journal.clear()
}

// Close ends both sides and waits for everything that runs on them. Closing
// twice is harmless.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	err := s.stop()
	if s.controlling != nil {
		err = errors.Join(err, s.controlling.Close())
		s.controlling = nil
	}
	if s.unwatch != nil {
		s.unwatch()
	}
	s.mu.Unlock()
	s.serving.Wait()
	s.handling.Wait()
	return err
}

func (s *Server) serve(l net.Listener, h http.Handler) *http.Server {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	s.serving.Go(func() {
		// Serve ends only with ErrServerClosed: Stop and Close end it.
		_ = server.Serve(l)
	})
	return server
}

// notLoopback refuses an address that other machines could reach.
func notLoopback(addr string) error {
	return fmt.Errorf("control: %q is not a loopback address with port", addr)
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	return l, nil
}

func loopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
