package jobcan

import (
	"net/http"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// Quirk is a switch for something that the public facts say in two ways or not
// at all. The control side sets it by name.
type Quirk string

// The quirks; DefaultQuirks tells which are on at first.
const (
	// BareTokenReply answers a token request with access_token only (8.2).
	BareTokenReply Quirk = "bare_token_reply"
	// PrefixedToken puts "Bearer " in front of the access_token in the reply
	// (section 2).
	PrefixedToken Quirk = "prefixed_token"
	// NaiveTimes leaves the offset of recorded_at out (4.2).
	NaiveTimes Quirk = "naive_times"
	// BareHolidayTypes and HolidayItems are the other two envelopes of 4.5.
	BareHolidayTypes Quirk = "bare_holiday_types"
	HolidayItems     Quirk = "holiday_items"

	// ShowAditType adds adit_type to the rows; the field's name and values are
	// ours, so a client must not depend on it.
	ShowAditType Quirk = "show_adit_type"
	// StaffCodeField names the staff code staff_code instead of code (8.1).
	StaffCodeField Quirk = "staff_code_field"
	// HideRetired leaves out of the list who has left (4.1).
	HideRetired Quirk = "hide_retired"
	// ExclusiveEndDate leaves end_date out of a monthly summary (4.3).
	ExclusiveEndDate Quirk = "exclusive_end_date"
	// RefreshHangs lets no refresh end (8.6, scenario 9).
	RefreshHangs Quirk = "refresh_hangs"
	// OurContract serves what is known as a scope only, as we define it (8.3).
	OurContract Quirk = "our_contract"
)

// DefaultQuirks returns every quirk and whether it is on at first.
func DefaultQuirks() map[Quirk]bool {
	return map[Quirk]bool{
		BareTokenReply: true, PrefixedToken: true, NaiveTimes: true, BareHolidayTypes: true,
		HolidayItems: false, ShowAditType: false, StaffCodeField: false, HideRetired: false,
		ExclusiveEndDate: false, RefreshHangs: false, OurContract: false,
	}
}

// Quirks returns every switch by name.
func (s *Server) Quirks() map[string]bool { return s.quirks.Named() }

// SetQuirks sets the named switches; an unknown name changes nothing.
func (s *Server) SetQuirks(named map[string]bool) error { return s.quirks.Set(named) }

// Now is the simulator's clock.
func (s *Server) Now() time.Time { return s.clock.Now() }

// Advance moves the clock forward: tokens expire, business days end.
func (s *Server) Advance(d time.Duration) { s.clock.Advance(d) }

// Reseed holds another company; every token given out before is unknown.
func (s *Server) Reseed(seed control.Seed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock.StandOn(seed.Today)
	c := company.New(company.Options{Seed: seed.Seed, Today: s.clock.Now(), People: seed.People})
	opts := s.opts
	opts.Seed = seed.Seed
	s.current.Store(newData(c, opts))
	s.clear()
	return nil
}

// Revoke ends the access token of a request.
func (s *Server) Revoke(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
}
