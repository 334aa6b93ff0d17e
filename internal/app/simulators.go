package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/jobcan"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// controlOffset is how far a simulator's control port lies behind its own.
const controlOffset = 10

// Simulators is the four simulated systems, listening.
type Simulators struct {
	Company                       *company.Company
	Akashi, Jobcan, Carely, Yesod *control.Server

	akashi *akashi.Simulator
}

// startSimulators starts the four systems on portBase to portBase+3, their
// control ports ten further on; 0 takes free ports.
func startSimulators(ctx context.Context, c *company.Company, seed uint64, portBase int, now func() time.Time) (
	*Simulators, error,
) {
	keys := personas(c)
	a := akashi.New(c, akashi.Options{
		Company: demoCompany, Now: now,
		PersonalTokens: []int{keys[company.PersonaManager], keys[company.PersonaEmployee]},
	})
	cr, err := carely.New(c, carely.Options{Seed: seed, Now: now})
	if err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	s := &Simulators{Company: c, akashi: a}
	for i, one := range []struct {
		server **control.Server
		sim    control.Simulator
	}{
		{&s.Akashi, a},
		{&s.Jobcan, jobcan.New(c, jobcan.Options{Seed: seed, Now: now})},
		{&s.Carely, cr},
		{&s.Yesod, yesod.New(c, yesod.Options{Seed: seed, Now: now})},
	} {
		*one.server = control.New(one.sim, control.Options{
			Addr: port(portBase, i), ControlAddr: port(portBase, i+controlOffset),
		})
		if err := (*one.server).Start(ctx); err != nil {
			err = fmt.Errorf("app: simulator %s: %w; choose other ports with --port-base", one.sim.Name(), err)
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

func port(base, offset int) string {
	if base == 0 {
		return "127.0.0.1:0"
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(base+offset))
}

// personas returns the person key of each persona.
func personas(c *company.Company) map[company.Persona]int {
	keys := map[company.Persona]int{}
	for i := range c.People {
		if p := c.People[i].Persona; p != company.NoPersona {
			keys[p] = c.People[i].Key
		}
	}
	return keys
}

// All returns the simulators in the order of their ports.
func (s *Simulators) All() []*control.Server {
	return []*control.Server{s.Akashi, s.Jobcan, s.Carely, s.Yesod}
}

// Close stops all simulators.
func (s *Simulators) Close() error {
	var errs []error
	for _, one := range s.All() {
		if one != nil {
			errs = append(errs, one.Close())
		}
	}
	return errors.Join(errs...)
}
