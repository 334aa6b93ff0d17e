package carely

import (
	"net/http"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// Quirk is a switch for something that the documents say in two ways or not at
// all. The control side sets it by name.
type Quirk string

// The quirks; DefaultQuirks tells which are on at first.
const (
	// EmptyErrors answers what was written with errors "{}" instead of null, as
	// the overview of chapter "Errorについて" prints it.
	EmptyErrors Quirk = "empty_errors"
	// LowerTokenType answers the token_type "bearer", as the document's table.
	LowerTokenType Quirk = "lower_token_type"
	// NullData answers "data": null beside top-level errors instead of leaving
	// the key out.
	NullData Quirk = "null_data"
	// UnauthorizedAs200 refuses an access token with HTTP 200 and the document's
	// sample, which is a client library's (facts 2.3).
	UnauthorizedAs200 Quirk = "unauthorized_as_200"
	// MildRotation lets the old tokens live until the new access token is first
	// used (facts 2.2).
	MildRotation Quirk = "mild_rotation"
)

// DefaultQuirks returns every quirk and whether it is on at first.
func DefaultQuirks() map[Quirk]bool {
	return map[Quirk]bool{
		EmptyErrors: true, LowerTokenType: true, NullData: true,
		UnauthorizedAs200: false, MildRotation: false,
	}
}

// Quirks returns every switch by name.
func (s *Server) Quirks() map[string]bool { return s.quirks.Named() }

// SetQuirks sets the named switches; an unknown name changes nothing.
func (s *Server) SetQuirks(named map[string]bool) error { return s.quirks.Set(named) }

// Now is the simulator's clock.
func (s *Server) Now() time.Time { return s.clock.Now() }

// Advance moves the clock forward.
func (s *Server) Advance(d time.Duration) { s.clock.Advance(d) }

// Reseed holds another company; every token given out before is unknown.
func (s *Server) Reseed(seed control.Seed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock.StandOn(seed.Today)
	s.company = company.New(company.Options{Seed: seed.Seed, Today: s.clock.Now(), People: seed.People})
	s.seed = seed.Seed
	s.clear()
	return nil
}

// Revoke ends the access token of a request, and the refresh token beside it.
func (s *Server) Revoke(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.find(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")); t != nil {
		t.revoked = true
	}
}

// answered is what a successful mutation answers.
func (s *Server) answered(c *Customer) *Customer {
	if s.quirks.On(EmptyErrors) {
		c.Errors = new("{}")
	}
	return c
}

func (s *Server) answeredOvertime(o *Overtime) *Overtime {
	if s.quirks.On(EmptyErrors) {
		o.Errors = new("{}")
	}
	return o
}
