package jobcan_test

import (
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/jobcan"
)

// TestDemoCompany checks that exactly those are there whom Jobcan knows, under
// the code that Jobcan knows them by, with every punch to the minute.
func TestDemoCompany(t *testing.T) {
	t.Parallel()
	c := company.New(company.Options{Seed: 1, Today: day})
	st := jobcan.New(c, jobcan.Options{Seed: 1}).Dump().(jobcan.State)
	rows := map[int64]map[string]int{} // employee, minute, number of adits
	for _, a := range st.Adits {
		if rows[a.EmployeeID] == nil {
			rows[a.EmployeeID] = map[string]int{}
		}
		rows[a.EmployeeID][a.RecordedAt]++
	}
	i, punches := 0, 0
	for _, p := range c.People {
		rec, ok := p.In[company.Jobcan]
		if !ok {
			continue
		}
		if i == len(st.Employees) {
			t.Fatal("somebody is missing")
		}
		e := st.Employees[i]
		if e.Code != rec.Code || e.LastName != rec.Family {
			t.Errorf("employee %d is %s, want %s", i, e.Code, rec.Code)
		}
		for _, d := range p.Days {
			for _, punch := range d.Punches {
				punches++
				minute := punch.At.In(company.JST).Truncate(time.Minute).Format(time.RFC3339)
				if rows[e.ID][minute] == 0 {
					t.Fatalf("employee %d has no adit at %s", i, minute)
				}
			}
		}
		i++
	}
	if i != len(st.Employees) || punches != len(st.Adits) || punches == 0 {
		t.Errorf("%d employees, want %d; %d adits, want %d", len(st.Employees), i, len(st.Adits), punches)
	}
}
