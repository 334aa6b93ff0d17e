package directory

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/usage"
)

// Heard is Touch for what another gateway changed.
func (d *Directory) Heard(l hr.Link) {
	d.people.touch(l)
	d.units.touch(l)
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
