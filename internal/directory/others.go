package directory

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/usage"
)

// Change is what gateways tell each other of a link.
type Change string

// The changes.
const (
	// Everything may have changed: people and organisations.
	Everything Change = ""
	// People are all people, Units all organisations.
	People Change = "people"
	Units  Change = "units"
	// SomePeople are those in the journal that the gateways share.
	SomePeople Change = "some"
)

// Changes are all of them.
func Changes() []Change { return []Change{Everything, People, Units, SomePeople} }

// Heard is Touch, TouchPeople, TouchUnits or Wrote for what another gateway did.
func (d *Directory) Heard(l hr.Link, c Change) {
	switch c {
	case SomePeople:
		d.people.lag(l)
	case People:
		d.people.touch(l)
	case Units:
		d.units.touch(l)
	case Everything:
		d.people.touch(l)
		d.units.touch(l)
	}
}

func (d *Directory) announce(l hr.Link, c Change) {
	if d.tell != nil {
		d.tell(l, c)
	}
}

// Doubt says that another gateway may have changed people or organisations of a
// link: the next reading asks the system, and does not wait for it.
func (d *Directory) Doubt(l hr.Link) {
	d.people.doubt(l)
	d.units.doubt(l)
}

// doubt makes a part due that was read already.
func (s *shelf[T]) doubt(l hr.Link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.parts {
		if p.link == l && !p.at.IsZero() {
			p.due = s.now()
		}
	}
}

// account notes in the operation's account how old the lists of people are.
func (d *Directory) account(ctx context.Context, parts []hr.Source) {
	a := usage.From(ctx)
	if a == nil {
		return
	}
	for _, s := range parts {
		if s.Link == nil {
			continue
		}
		if s.AsOf != nil {
			a.PeopleList(string(s.System), *s.Link, d.now().Sub(*s.AsOf))
		}
		if s.Status == hr.SourceStale && s.Code != nil {
			a.Stale(string(s.System), *s.Link, *s.Code)
		}
	}
}
