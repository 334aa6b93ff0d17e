// Package run starts the four simulators side by side: one company, four vendor
// ports and a control port for each, for the demo and for whoever writes a client
// or a frontend.
//
// Everything listens on loopback unless it is told otherwise, and every credential
// is made up, so all of it may be printed.
//
// The package imports nothing of the gateway.
package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/jobcan"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// ControlOffset is how far a simulator's control port lies behind its own.
const ControlOffset = 10

// AkashiCompany is the id of the AKASHI tenant, as its paths have it.
const AkashiCompany = "demo"

// highestPortBase leaves room for the last control port.
const highestPortBase = 65535 - ControlOffset - 3

// Options decide what is simulated and where. The zero value is a company of 300
// people as of today, on free ports.
type Options struct {
	// Seed of the company; the same seed and day give the same company.
	Seed uint64
	// Today is the last day with data: the simulators' clocks stand late on it at
	// the start and go on from there. Zero means that they follow Now.
	Today time.Time
	// People is how many there are, 100 to 20,000; 0 means 300.
	People int
	// PortBase is the port of AKASHI; Jobcan, Carely and YESOD follow, and the
	// control ports ControlOffset further on. 0 takes free ports.
	PortBase int
	// Listen is the address to listen on; "" means 127.0.0.1. The control ports
	// are always there.
	Listen string
	// Host is the name under which other machines reach Listen; it is in every
	// URL. It is needed where Listen is not loopback.
	Host string
	// Only names the systems to start, of akashi, jobcan, carely and yesod; empty
	// starts all. The ports of the others stay free.
	Only []string
	// CarelyRedirectURL is where Carely sends an administrator back to; "" means
	// carely.DefaultRedirectURL.
	CarelyRedirectURL string
	// MildFaults lets reads fail now and then in ways that a client hides from its
	// users: an error page, a cut connection, a slow answer. It is for trying out,
	// not for tests that count calls.
	MildFaults bool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Simulators are the four systems, listening; one that was not started is nil.
type Simulators struct {
	Company                       *company.Company
	Akashi, Jobcan, Carely, Yesod *control.Server

	akashi *akashi.Simulator
}

// Start starts the four systems. They run until Close or until ctx ends.
func Start(ctx context.Context, opts Options) (*Simulators, error) {
	switch {
	case opts.People != 0 && (opts.People < control.LeastPeople || opts.People > control.MostPeople):
		return nil, fmt.Errorf("simulators: people must be %d to %d", control.LeastPeople, control.MostPeople)
	case opts.PortBase < 0 || opts.PortBase > highestPortBase:
		return nil, fmt.Errorf("simulators: the first port must be 0 to %d", highestPortBase)
	}
	for _, name := range opts.Only {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("simulators: a system is one of %s", strings.Join(Names(), ", "))
		}
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	clock := control.NewClock(opts.Now)
	clock.StandOn(opts.Today)
	c := company.New(company.Options{Seed: opts.Seed, Today: clock.Now(), People: opts.People})
	s := &Simulators{Company: c}
	s.akashi = akashi.New(c, akashi.Options{
		Company: AkashiCompany, Now: clock.Now,
		PersonalTokens: []int{s.key(company.PersonaManager), s.key(company.PersonaEmployee)},
	})
	cr, err := carely.New(c, carely.Options{Seed: opts.Seed, Now: clock.Now, RedirectURL: opts.CarelyRedirectURL})
	if err != nil {
		return nil, fmt.Errorf("simulators: %w", err)
	}
	for i, one := range []struct {
		server **control.Server
		sim    control.Simulator
	}{
		{&s.Akashi, s.akashi},
		{&s.Jobcan, jobcan.New(c, jobcan.Options{Seed: opts.Seed, Now: clock.Now})},
		{&s.Carely, cr},
		{&s.Yesod, yesod.New(c, yesod.Options{Seed: opts.Seed, Now: clock.Now})},
	} {
		if len(opts.Only) > 0 && !slices.Contains(opts.Only, one.sim.Name()) {
			continue
		}
		*one.server = control.New(one.sim, control.Options{
			Addr: port(cmp.Or(opts.Listen, loopback), opts.PortBase, i), Host: opts.Host,
			ControlAddr: port(loopback, opts.PortBase, i+ControlOffset),
		})
		if err := (*one.server).Start(ctx); err != nil {
			err = fmt.Errorf("simulators: %s: %w; choose other ports with --port-base", one.sim.Name(), err)
			return nil, errors.Join(err, s.Close())
		}
	}
	if opts.MildFaults {
		if err := s.addMildFaults(); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// addMildFaults makes one GET in about thirty go wrong. Carely and YESOD are
// asked by POST, where a read cannot be told from a write, so they are left out.
// A reset ends the faults.
func (s *Simulators) addMildFaults() error {
	for _, server := range []*control.Server{s.Akashi, s.Jobcan} {
		if server == nil {
			continue
		}
		for _, fault := range []control.Fault{
			{Status: 502, Body: "<html><h1>502 Bad Gateway</h1></html>"},
			{Status: 429, Body: "{}", Header: map[string]string{"Retry-After": "1"}},
			{Cut: "before"},
			{LatencyMS: 100, JitterMS: 400},
		} {
			fault.Method, fault.PerMille = "GET", 8
			if err := server.AddFault(fault); err != nil {
				return fmt.Errorf("simulators: %w", err)
			}
		}
	}
	return nil
}

const loopback = "127.0.0.1"

func port(address string, base, offset int) string {
	if base == 0 {
		return net.JoinHostPort(address, "0")
	}
	return net.JoinHostPort(address, strconv.Itoa(base+offset))
}

// key is the person key of a persona; a company has one of each.
func (s *Simulators) key(persona company.Persona) int { return s.Company.Persona(persona).Key }

// AkashiToken returns the AKASHI token of a persona as it is now: it changes when
// somebody reissues it.
func (s *Simulators) AkashiToken(persona company.Persona) string {
	return s.akashi.Token(s.key(persona))
}

// Names returns the names of the simulators in the order of their ports.
func Names() []string { return []string{"akashi", "jobcan", "carely", "yesod"} }

// All returns the simulators that were started, in the order of their ports:
// AKASHI, Jobcan, Carely and YESOD.
func (s *Simulators) All() []*control.Server {
	return slices.DeleteFunc([]*control.Server{s.Akashi, s.Jobcan, s.Carely, s.Yesod},
		func(one *control.Server) bool { return one == nil })
}

// Close stops all simulators. Closing twice is harmless.
func (s *Simulators) Close() error {
	var errs []error
	for _, one := range s.All() {
		errs = append(errs, one.Close())
	}
	return errors.Join(errs...)
}
