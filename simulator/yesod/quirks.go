package yesod

import (
	"net/http"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// Quirk is a switch for something that the documents say in two ways or not at
// all. The control side sets it by name. What is misspelt in print (previosValue,
// en_UN, PATIAL) is misspelt at first.
type Quirk string

// The quirks; all are off at first.
const (
	// ApproveAt spells the time of a task's change request "approveAt", as the
	// resale does, instead of "approvedAt" (facts 1.4).
	ApproveAt Quirk = "approve_at"
	// PreviousValue spells the old value of a history rightly; previosValue is
	// null then.
	PreviousValue Quirk = "previous_value"
	// RightLabels spells the English labels of options en_US instead of en_UN.
	RightLabels Quirk = "right_labels"
	// ConsoleApproves approves every change that waits, now and from now on, as
	// a person in the console would.
	ConsoleApproves Quirk = "console_approves"
)

// DefaultQuirks returns every quirk and whether it is on at first.
func DefaultQuirks() map[Quirk]bool {
	return map[Quirk]bool{ApproveAt: false, PreviousValue: false, RightLabels: false, ConsoleApproves: false}
}

// Quirks returns every switch by name.
func (s *Server) Quirks() map[string]bool { return s.quirks.Named() }

// SetQuirks sets the named switches; an unknown name changes nothing. A change
// that cannot be applied any more goes on waiting.
func (s *Server) SetQuirks(named map[string]bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.quirks.Set(named); err != nil {
		return err
	}
	if named[string(ConsoleApproves)] {
		for _, job := range s.imports {
			if job.status == statusWaiting {
				// Refused now, as the state has moved on: it waits on.
				_ = s.approve(job)
			}
		}
	}
	return nil
}

// Now is the simulator's clock.
func (s *Server) Now() time.Time { return s.clock.Now() }

// Advance moves the clock forward: changes of days to come take effect.
func (s *Server) Advance(d time.Duration) { s.clock.Advance(d) }

// Reseed holds another company.
func (s *Server) Reseed(seed control.Seed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock.StandOn(seed.Today)
	c := company.New(company.Options{Seed: seed.Seed, Today: s.clock.Now(), People: seed.People})
	s.seeded = newData(c, seed.Seed)
	s.clear()
	return nil
}

// Revoke disables the API token, as the console can; Reset enables it.
func (s *Server) Revoke(*http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disabled = true
}
