package directory

import (
	"sync"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// coded finds employees by their codes, made when somebody asks for the first time.
type coded struct {
	once sync.Once
	by   map[string][]*hr.Employee
}

// Coded returns the employees to whom any system gives one of the codes, also a code
// that several people have.
func (x *Index) Coded(codes []string) map[*hr.Employee]bool {
	if len(codes) == 0 {
		return nil
	}
	x.coded.once.Do(func() {
		x.coded.by = make(map[string][]*hr.Employee, len(x.Employees))
		for _, e := range x.Employees {
			x.coded.add(e.Code, e)
			for _, l := range e.Links {
				if p, ok := x.Record(l.Ref()); ok {
					x.coded.add(&p.Code, e)
				}
			}
		}
	})
	found := make(map[*hr.Employee]bool, len(codes))
	for _, code := range codes {
		for _, e := range x.coded.by[code] {
			found[e] = true
		}
	}
	return found
}

// add notes a code of an employee, whose codes come one after another.
func (c *coded) add(code *string, e *hr.Employee) {
	if code == nil {
		return
	}
	if known := c.by[*code]; len(known) == 0 || known[len(known)-1] != e {
		c.by[*code] = append(known, e)
	}
}
