package company_test

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

var today = time.Date(2026, 11, 20, 15, 4, 0, 0, company.JST) // a Friday

func demo(t *testing.T, people int) *company.Company {
	t.Helper()
	return company.New(company.Options{Seed: 1, Today: today, People: people})
}

// sizes runs a check on companies of several sizes and seeds.
func sizes(t *testing.T, check func(*testing.T, *company.Company)) {
	t.Helper()
	for name, opts := range map[string]company.Options{
		"default": {Seed: 1, Today: today},
		"small":   {Seed: 7, Today: time.Date(2026, 5, 31, 0, 0, 0, 0, company.JST), People: 1},
		"larger":  {Seed: 42, Today: time.Date(2027, 1, 4, 0, 0, 0, 0, company.JST), People: 2500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, company.New(opts))
		})
	}
}

func hash(t *testing.T, c *company.Company) [32]byte {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(text)
}

func TestNew_isDeterministic(t *testing.T) {
	t.Parallel()
	first := hash(t, demo(t, 0))
	if again := hash(t, demo(t, 300)); again != first {
		t.Error("the same seed, day and size gave another company")
	}
	later := company.New(company.Options{Seed: 1, Today: today.Add(8 * time.Hour)})
	if hash(t, later) != first {
		t.Error("another hour of the same day gave another company")
	}
	if hash(t, company.New(company.Options{Seed: 2, Today: today})) == first {
		t.Error("another seed gave the same company")
	}
}

func TestNew_organizations(t *testing.T) {
	t.Parallel()
	c := demo(t, 0)
	codes, levels, unknown := map[string]bool{}, map[int]int{}, 0
	for i, o := range c.Organizations {
		if o.Key != i || o.Parent >= i || codes[o.Code] || o.Name == "" || o.NameEN == "" {
			t.Errorf("unit %d is not in order: %+v", i, o)
		}
		if o.Parent >= 0 && c.Organizations[o.Parent].Level != o.Level-1 {
			t.Errorf("unit %d is not one level below its parent", i)
		}
		codes[o.Code] = true
		levels[o.Level]++
		unknown += 4 - len(o.In)
	}
	if len(c.Organizations) != 24 || len(levels) != 3 || levels[1]+levels[2]+levels[3] != 24 {
		t.Errorf("levels = %v, want 24 units in three", levels)
	}
	if unknown == 0 {
		t.Error("every system knows every unit; one should be unknown somewhere")
	}
}

func TestNew_personas(t *testing.T) {
	t.Parallel()
	sizes(t, func(t *testing.T, c *company.Company) {
		count := map[company.Persona]int{}
		for _, p := range c.People {
			count[p.Persona]++
		}
		for _, persona := range []company.Persona{
			company.PersonaHR, company.PersonaManager, company.PersonaEmployee,
		} {
			if count[persona] != 1 {
				t.Fatalf("%d people are %q, want 1", count[persona], persona)
			}
			if p := c.Persona(persona); len(p.In) != 4 || p.RetiredOn != nil || p.OnLeave {
				t.Errorf("%q is not an active person of all systems", persona)
			}
		}
		hr, manager := c.Persona(company.PersonaHR), c.Persona(company.PersonaManager)
		employee := c.Persona(company.PersonaEmployee)
		if hr.Permission != company.CompanyAdministrator || manager.Permission != company.Manager ||
			employee.Permission != company.PlainEmployee {
			t.Error("a persona has the wrong permission")
		}
		if len(manager.Manages) != 1 || c.Organizations[manager.Manages[0]].Level != 2 {
			t.Fatalf("the manager manages %v, want one unit of level 2", manager.Manages)
		}
		managed := c.Subtree(manager.Manages[0])
		people := 0
		for _, p := range c.People {
			if slices.Contains(managed, p.Organization) {
				people++
			}
		}
		if len(managed) < 2 || people < 20 || people > 60 {
			t.Errorf("the manager has %d units and %d people, want 2 and 20 to 60", len(managed), people)
		}
		if !slices.Contains(managed, employee.Organization) {
			t.Error("the employee is not in the managed units")
		}
		for _, p := range []*company.Person{hr, manager, employee} {
			days, _ := c.Attendance(p.Key)
			for _, day := range days[len(days)-7:] {
				if day.Kind == company.Workday && (len(day.Punches) != 4 || day.WorkedMinutes == 0) {
					t.Errorf("%q has no complete day on %s", p.Persona, day.Date.Format(time.DateOnly))
				}
			}
		}
	})
}

func TestNew_permissionsFitManagedUnits(t *testing.T) {
	t.Parallel()
	c := demo(t, 0)
	managers := map[int]int{}
	for _, p := range c.People {
		if (p.Permission == company.Manager) != (len(p.Manages) > 0) {
			t.Errorf("person %d: permission %d with units %v", p.Key, p.Permission, p.Manages)
		}
		for _, key := range p.Manages {
			managers[key]++
		}
	}
	if len(managers) < 20 {
		t.Errorf("%d units have a manager, want nearly all of 24", len(managers))
	}
}

func TestNew_projects(t *testing.T) {
	t.Parallel()
	sizes(t, func(t *testing.T, c *company.Company) {
		if len(c.Projects) != 40 {
			t.Fatalf("%d projects, want 40", len(c.Projects))
		}
		codes, tasks, open := map[string]bool{}, map[int]bool{}, 0
		for i, p := range c.Projects {
			if p.Key != i || codes[p.Code] || len(p.Tasks) < 2 || len(p.Tasks) > 8 {
				t.Errorf("project %d: code %q, %d tasks", i, p.Code, len(p.Tasks))
			}
			codes[p.Code] = true
			if p.Open {
				open++
			}
			for _, task := range p.Tasks {
				if tasks[task.Key] {
					t.Errorf("task %d twice", task.Key)
				}
				tasks[task.Key] = true
			}
			if len(p.Owners) == 0 || !slices.IsSorted(p.Members) || len(slices.Compact(p.Members)) != len(p.Members) {
				t.Errorf("project %d: members %v, owners %v", i, p.Members, p.Owners)
			}
			for _, owner := range p.Owners {
				if !slices.Contains(p.Members, owner) {
					t.Errorf("project %d: owner %d is no member", i, owner)
				}
			}
			if p.StartsOn != nil && p.EndsOn != nil && p.EndsOn.Before(*p.StartsOn) {
				t.Errorf("project %d ends before it starts", i)
			}
		}
		if open == 0 || open == 40 {
			t.Errorf("%d open projects, want some", open)
		}
	})
}

func TestNew_overtimes(t *testing.T) {
	t.Parallel()
	sizes(t, func(t *testing.T, c *company.Company) {
		first := c.Today.AddDate(0, 0, 1-c.Today.Day())
		gaps, over45, over80 := 0, map[int]bool{}, map[int]bool{}
		for _, p := range c.People {
			for i, o := range p.Overtimes {
				if o.Month.Day() != 1 || o.Month.After(first) || o.Month.Before(first.AddDate(0, -13, 0)) {
					t.Fatalf("person %d: month %s", p.Key, o.Month)
				}
				if i > 0 {
					if !o.Month.After(p.Overtimes[i-1].Month) {
						t.Fatalf("person %d: months out of order", p.Key)
					}
					if o.Month != p.Overtimes[i-1].Month.AddDate(0, 1, 0) {
						gaps++
					}
				}
				if o.Minutes > 45*60 {
					over45[p.Key] = true
				}
				if o.Minutes > 80*60 {
					over80[p.Key] = true
				}
			}
		}
		if len(over80) != 1 || len(over45) < 3 || len(over45) > 8 || gaps < 2 {
			t.Errorf("%d over 80 h, %d over 45 h, %d gaps; want 1, a few, a few", len(over80), len(over45), gaps)
		}
		if n := len(c.People[0].Overtimes); n != 14 {
			t.Errorf("person 0 has %d months, want 14", n)
		}
	})
}
