package carely_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/company"
)

// TestDemoCompany checks that exactly those are there whom Carely knows, under
// the code that Carely knows them by.
func TestDemoCompany(t *testing.T) {
	t.Parallel()
	c := company.New(company.Options{Seed: 1, Today: day})
	sim, err := carely.New(c, carely.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	st := sim.Dump().(carely.State)
	i, overtimes := 0, 0
	for _, p := range c.People {
		rec, ok := p.In[company.Carely]
		if !ok {
			continue
		}
		if i == len(st.Customers) {
			t.Fatal("somebody is missing")
		}
		cust := st.Customers[i]
		if *cust.EmployeeNumber != rec.Code || *cust.Fullname != rec.Family+" "+rec.Given {
			t.Errorf("customer %d is %s, want %s", i, *cust.EmployeeNumber, rec.Code)
		}
		if p.Persona == company.PersonaHR && *cust.UUID != st.CurrentCustomer {
			t.Error("the administrator is not the HR persona")
		}
		i++
		overtimes += len(p.Overtimes)
	}
	if i != len(st.Customers) || overtimes != len(st.Overtimes) || overtimes == 0 {
		t.Errorf("%d customers, want %d; %d overtimes, want %d", len(st.Customers), i, len(st.Overtimes), overtimes)
	}
	uuids := map[string]bool{}
	for _, cust := range st.Customers {
		uuids[*cust.UUID] = true
	}
	if len(uuids) != len(st.Customers) {
		t.Errorf("%d uuids of %d customers", len(uuids), len(st.Customers))
	}
}

func TestRefresh_worksForOneOfMany(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	s.sim.Reset()
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if s.canRefresh(carely.DefaultRefreshToken) {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 20 refreshes worked, want 1", won.Load())
	}
}

// TestConcurrency is for the race detector: readers, a writer, dumps and resets.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	s := start(t, 30, carely.Options{})
	owner := s.state().Overtimes[0].CustomerUUID
	input := map[string]any{"in": map[string]any{"customerUuid": owner, "yearMonth": "2026-10-01", "minute": 7}}
	var wg sync.WaitGroup
	serve := func(req *http.Request, addr string) {
		req.RemoteAddr = addr
		wg.Go(func() { s.serve(req) })
	}
	for range 10 {
		serve(graphqlRequest(t, s.access, "{ customers { edges { node { "+customerFields+" } } } }", nil), "192.0.2.1:1")
		serve(graphqlRequest(t, s.access, upsertOvertime, input), "192.0.2.2:1")
		wg.Go(func() { s.state() })
	}
	wg.Go(s.sim.Reset)
	wg.Wait()
}
