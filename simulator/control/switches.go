package control

import (
	"fmt"
	"maps"
	"sync"
)

// Switches are the quirks of one simulator, each on or off, for simulators that
// are Quirky. Q is the simulator's own type for a quirk's name. It is safe for
// concurrent use.
type Switches[Q ~string] struct {
	vendor string
	first  map[Q]bool // where Reset goes back to

	mu sync.RWMutex
	on map[Q]bool // replaced, never changed
}

// NewSwitches returns the switches of a vendor: its defaults, and set over them
// what somebody wants otherwise. A quirk that is in neither does not exist.
func NewSwitches[Q ~string](vendor string, defaults, set map[Q]bool) *Switches[Q] {
	first := maps.Clone(defaults)
	maps.Copy(first, set)
	return &Switches[Q]{vendor: vendor, first: first, on: first}
}

// On tells whether a quirk is on.
func (s *Switches[Q]) On(q Q) bool { return s.All()[q] }

// All is every quirk as it is now, for whoever must see one state throughout. A
// later Set does not change it; neither may the caller.
func (s *Switches[Q]) All() map[Q]bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.on
}

// Named returns every switch by name, as Quirky wants it.
func (s *Switches[Q]) Named() map[string]bool {
	named := map[string]bool{}
	for q, on := range s.All() {
		named[string(q)] = on
	}
	return named
}

// Set sets the named switches; an unknown name is an error and changes nothing.
func (s *Switches[Q]) Set(named map[string]bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := maps.Clone(s.on)
	for name, on := range named {
		if _, ok := next[Q(name)]; !ok {
			return fmt.Errorf("%s: no quirk %q", s.vendor, name)
		}
		next[Q(name)] = on
	}
	s.on = next
	return nil
}

// Reset goes back to the first setting.
func (s *Switches[Q]) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.on = s.first
}
