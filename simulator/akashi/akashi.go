// Package akashi is a server that behaves as AKASHI's public API document says
// (AKASHI 公開API, https://akashi.zendesk.com/hc/ja/articles/115000475854); the
// numbers in comments, such as 6.10.2, are sections of that document.
//
// It is stricter than a vendor may be: every documented limit refuses, rights of
// the token's owner are enforced, an old token dies when it is reissued. Where
// the document contradicts itself it answers as live clients report, with the
// harmless oddities left in: a blank before error codes, login_company_code as a
// number in 6.4, the punch times of 6.11 under the names of the sample, three
// spellings of a time zone.
//
// # Writes
//
// Everything that is written can be read back, in Dump at least: 6.12 has no
// read. 6.3 and 6.12 to 6.15 work row by row and tell which rows failed and why;
// 6.1, 6.18, 6.22, 6.26 and 6.30 have no room for an error beside a success in
// the document, so one bad row refuses all. Who may write is left to "the rights
// of the token's owner" (4); here organisations, deletions, transfers and
// permissions are for company administrators, projects and existing employees
// for managers too, man-hours for everybody whom the caller sees, and stamps are
// always the caller's own, at the server's time. Books of past months are closed.
//
// Where the document contradicts itself or is silent there is a Quirk, which the
// control side sets by name. The clock can be moved: tokens expire, transfers
// and reservations take effect, months are closed.
//
// # Routes
//
// All paths begin with /api/cooperation, so that the history counts, for
// example, "GET /api/cooperation/{company}/multiple_stamps".
//
// # Ids
//
// Every id is AKASHI's own and never a code: StaffID, OrganizationID, ProjectID
// and TaskID compute them from the keys of simulator/company. What a request
// creates gets ids from 900,001 on, and person_key -1.
//
// # State dump
//
// Dump returns a Dump: plain JSON with stable names, from which a test can
// compute what the gateway must answer. Instants are "yyyy/mm/dd HH:MM:SS" in
// JST and days "yyyy/mm/dd", as on the wire; what has no value is null.
//
//	company, today
//	organizations[]    organization_id, parent_id, code, name
//	staffs[]           staff_id, person_key, code, last_name, first_name,
//	                   last_name_kana, first_name_kana, email, organization_id,
//	                   subgroup_ids[], employment_category, permission_type,
//	                   managed_organization_ids[], and what else 6.3, 6.5, 6.12
//	                   and 6.14 set, under the names of their parameters
//	stamps[]           staff_id, stamped_at, type, method, org_id
//	working_records[]  staff_id, date, working_day_category, start_time,
//	                   end_time, start_punch_time, end_punch_time,
//	                   worked_minutes, breaks[] {start_time, end_time}
//	projects[]         project_id, code, name, short_name, name_en, short_name_en,
//	                   remarks, start_date, end_date, all_staffs_target,
//	                   staff_ids[], owner_staff_ids[]
//	tasks[]            task_id, project_id, code, name, index,
//	                   estimated_minutes, estimated_yen, is_finished
//	manhours[]         staff_id, date, project_id, task_id, minutes, comment,
//	                   is_closed
//	tokens[]           staff_id, token (masked), expired_at
//	pending[]          what 6.13 and 6.15 noted for a later day: date, staff_id,
//	                   kind, organization_id, employment_category,
//	                   permission_name, remove
//
// stamps and working_records are ordered by staff and time; they are null in a
// company of more than 2,000 people, whose dump would not fit into memory.
//
// The package shares no code with the gateway's client and imports nothing of
// the gateway.
package akashi

import (
	"net/http"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// Limits are the document's; a smaller one lets a test reach it with less data.
type Limits struct {
	StaffPage   int // staffs a page, 6.4.3: 20
	ProjectPage int // projects a page, 6.16.2, and tasks a page, 6.20.2: 50
	StampIDs    int // staff_ids of 6.10.2: 50
	StampRows   int // stamps of an answer, 6.7.2 and 6.10.2: 1,000
	RecordIDs   int // staff_ids of 6.11.2: 50
	RecordDays  int // days of 6.11.2: 31
	// Tokens of one employee. The document gives no number; users report that
	// creation stops at about 50.
	Tokens int
}

// DocumentedLimits are in force where Options.Limits has 0.
func DocumentedLimits() Limits {
	return Limits{
		StaffPage: 20, ProjectPage: 50, StampIDs: 50, StampRows: 1000,
		RecordIDs: 50, RecordDays: 31, Tokens: 50,
	}
}

// Options of a Simulator. The zero value is strict, with one token: that of the
// persona HR, a company administrator.
type Options struct {
	// Company is the id in the paths; empty means "demo".
	Company string
	// Now is the server's clock; nil means time.Now.
	Now func() time.Time
	// Tokens gives tokens to people (by person key), for a demo that must know
	// them beforehand. People unknown to AKASHI get none.
	Tokens map[string]int
	// PersonalTokens are keys of people who get a token too; Token tells it.
	PersonalTokens []int
	// Quirks are set over DefaultQuirks.
	Quirks map[Quirk]bool
	// RefusalStatus is the HTTP status of a refused call; 0 means 200.
	RefusalStatus int
	// UnauthorizedStatus is that of an invalid or expired token; 0 means 401.
	UnauthorizedStatus int
	// Limits in place of the documented ones.
	Limits Limits
}

// Simulator is one AKASHI tenant. It is safe for concurrent use.
type Simulator struct {
	opts    Options // Now is the clock's
	clock   *control.Clock
	quirks  *control.Switches[Quirk]
	handler *router

	mu      sync.RWMutex
	company *company.Company
	state   *state
}

var _ control.Complete = (*Simulator)(nil)

// New returns a tenant of AKASHI that holds what the company's people are in it.
func New(c *company.Company, opts Options) *Simulator {
	if opts.Company == "" {
		opts.Company = "demo"
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.RefusalStatus == 0 {
		opts.RefusalStatus = http.StatusOK
	}
	if opts.UnauthorizedStatus == 0 {
		opts.UnauthorizedStatus = http.StatusUnauthorized
	}
	opts.Limits = opts.Limits.orDocumented()
	s := &Simulator{company: c, clock: control.NewClock(opts.Now)}
	s.quirks = control.NewSwitches("akashi", DefaultQuirks(), opts.Quirks)
	opts.Now = s.clock.Now
	s.opts = opts
	s.handler = s.routes()
	s.Reset()
	return s
}

func (l Limits) orDocumented() Limits {
	d := DocumentedLimits()
	for _, pair := range []struct{ own, documented *int }{
		{&l.StaffPage, &d.StaffPage},
		{&l.ProjectPage, &d.ProjectPage},
		{&l.StampIDs, &d.StampIDs},
		{&l.StampRows, &d.StampRows},
		{&l.RecordIDs, &d.RecordIDs},
		{&l.RecordDays, &d.RecordDays},
		{&l.Tokens, &d.Tokens},
	} {
		if *pair.own == 0 {
			*pair.own = *pair.documented
		}
	}
	return l
}

// Name is "akashi".
func (*Simulator) Name() string { return "akashi" }

// Handler serves the API below /api/cooperation.
func (s *Simulator) Handler() http.Handler { return s.handler }

// Reset goes back to the seeded state, with the seeded tokens, the first quirks
// and the first clock anew.
func (s *Simulator) Reset() {
	s.clock.Reset()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = newState(s.company, s.opts)
	s.quirks.Reset()
}

// Reseed holds another company. Options.Tokens and PersonalTokens go to whoever
// has their keys in it.
func (s *Simulator) Reseed(seed control.Seed) error {
	s.clock.StandOn(seed.Today)
	c := company.New(company.Options{Seed: seed.Seed, Today: s.clock.Now(), People: seed.People})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.company, s.state = c, newState(c, s.opts)
	s.quirks.Reset()
	return nil
}

// Now is the server's clock.
func (s *Simulator) Now() time.Time { return s.clock.Now() }

// Advance moves the server's clock forward: tokens expire, transfers take
// effect.
func (s *Simulator) Advance(d time.Duration) { s.clock.Advance(d) }

// StaffID is AKASHI's id (従業員id) of a person.
func StaffID(person int) int { return 1000 + 7*person }

// OrganizationID is AKASHI's id of a unit; the company itself (企業), above all
// units, has the id 1.
func OrganizationID(unit int) int { return 101 + unit }

// ProjectID is AKASHI's id of a project.
func ProjectID(project int) int { return 5000 + 3*project }

// TaskID is AKASHI's id of a task.
func TaskID(task int) int { return 20_000 + task }
