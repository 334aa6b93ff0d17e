package company

import (
	"math/rand/v2"
	"time"
)

// Sizes of everything that New makes.
const (
	defaultPeople = 300
	leastPeople   = 100
	mostPeople    = 20_000
	// eagerPeople is the largest company whose attendance is kept in memory:
	// 20,000 people times 120 days would be a gigabyte that hardly a test reads.
	eagerPeople    = 2_000
	attendanceDays = 120
	manhourDays    = 60
	overtimeMonths = 14
	projectCount   = 40
)

// The streams of the generator: each part of the company draws from its own, so
// that a change in one part leaves the others as they were.
const (
	streamPeople uint64 = iota + 1
	streamUntidy
	streamProjects
	streamPerson // plus the person's key, shifted
)

// New makes a company. The same Options give the same company, to the byte of
// its JSON. The result is not changed afterwards and safe for concurrent use.
func New(opts Options) *Company {
	n := opts.People
	if n == 0 {
		n = defaultPeople
	}
	n = min(max(n, leastPeople), mostPeople)
	today := opts.Today.In(JST)
	c := &Company{
		Today:         time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, JST),
		Organizations: organizations(),
		seed:          opts.Seed,
	}
	c.hire(n)
	c.untidy()
	c.appoint()
	if n <= eagerPeople {
		for i := range c.People {
			p := &c.People[i]
			p.Days, p.Leaves = c.attend(p)
		}
	}
	c.recordOvertimes()
	c.startProjects()
	c.bookManhours()
	return c
}

// rng returns the generator of one stream, the same each time.
func (c *Company) rng(stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(c.seed, stream))
}

// personRNG returns the generator of one purpose of one person.
func (c *Company) personRNG(key int, purpose uint64) *rand.Rand {
	return rand.New(rand.NewPCG(c.seed^purpose<<56, streamPerson<<32|uint64(key)))
}

// Persona returns the one person marked so.
func (c *Company) Persona(persona Persona) *Person {
	for i := range c.People {
		if c.People[i].Persona == persona {
			return &c.People[i]
		}
	}
	return nil
}

// Subtree returns the Keys of a unit and of all units below it, ascending.
func (c *Company) Subtree(organization int) []int {
	in := map[int]bool{organization: true}
	keys := []int{organization}
	for _, o := range c.Organizations {
		if o.Key != organization && in[o.Parent] {
			in[o.Key] = true
			keys = append(keys, o.Key)
		}
	}
	return keys
}

// Attendance returns the last 120 days of a person and the days off in them,
// oldest first. The caller must not change the result.
func (c *Company) Attendance(person int) ([]Day, []Leave) {
	p := &c.People[person]
	if p.Days != nil {
		return p.Days, p.Leaves
	}
	return c.attend(p)
}

// chance is true in the given share of draws, of 1,000.
func chance(r *rand.Rand, perMille int) bool { return r.IntN(1000) < perMille }

// between draws from low to high, both included.
func between(r *rand.Rand, low, high int) int { return low + r.IntN(high-low+1) }

// pick draws one element.
func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
