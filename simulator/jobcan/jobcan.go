package jobcan

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// The client that the API accepts when Options name none.
const (
	DefaultClientID     = "jobcan-demo-client"
	DefaultClientSecret = "jobcan-demo-secret"
)

// TokenLifetime is how long an access token lives (8.2, ours).
const TokenLifetime = time.Hour

// DayChange is the time of day at which a business day ends (6.2; the value is
// ours).
const DayChange = 5 * time.Hour

// Options are the knobs; the zero value is a working, strict system.
type Options struct {
	// Seed makes ids and tokens; the same seed gives the same ones.
	Seed uint64
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// ClientID and ClientSecret are the one client; empty means the defaults.
	ClientID, ClientSecret string
	// Scopes is what the client may ask for; nil means every scope that this
	// simulator serves, with those of our contract while OurContract is on.
	Scopes []string
	// Quirks are set over those of DefaultQuirks.
	Quirks map[Quirk]bool
	// RefreshTime is how long a refresh stays pending; 0 finishes it at once.
	RefreshTime time.Duration
	// StaleDays is how many days, counted back from the company's last one,
	// show 0 minutes of work until they are refreshed.
	StaleDays int
	// RequestsPerSecond answers 429 above it, counted over a sliding second;
	// 0 is no limit. The vendor has one but publishes no number (section 3).
	RequestsPerSecond int
	// RetryAfter is sent with 429, in seconds; 0 sends none.
	RetryAfter int
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.ClientID == "" {
		o.ClientID = DefaultClientID
	}
	if o.ClientSecret == "" {
		o.ClientSecret = DefaultClientSecret
	}
	return o
}

var _ control.Complete = (*Server)(nil)

// Server is one simulated Jobcan tenant. It is safe for concurrent use.
type Server struct {
	opts    Options
	clock   *control.Clock
	quirks  *control.Switches[Quirk]
	handler http.Handler
	current atomic.Pointer[data]

	mu sync.Mutex
	// punched are the adits that were written, by business day.
	punched map[dayKey][]Adit
	// issued numbers the tokens; it survives Reset, so that a token of before
	// never lives again.
	issued uint64
	tokens map[string]grant
	recent []time.Time
	// refreshed holds when the refresh of a day ends.
	refreshed map[dayKey]time.Time
}

// New copies from the company what Jobcan knows of it.
func New(c *company.Company, opts Options) *Server {
	s := &Server{opts: opts.withDefaults()}
	s.clock = control.NewClock(s.opts.Now)
	s.opts.Now = s.clock.Now
	s.quirks = control.NewSwitches("jobcan", DefaultQuirks(), opts.Quirks)
	s.current.Store(newData(c, s.opts))
	s.clear()
	s.handler = s.routes()
	return s
}

// Name returns "jobcan".
func (s *Server) Name() string { return string(company.Jobcan) }

// Handler serves both of the vendor's hosts on one: the token endpoint at
// /oauth/token and the resources below it.
func (s *Server) Handler() http.Handler { return s.handler }

// Unauthorized refuses the access token.
func (s *Server) Unauthorized(w http.ResponseWriter, _ *http.Request) {
	fail(w, http.StatusUnauthorized, "unauthorized", "the access token is missing, unknown or expired")
}

// Reset forgets tokens, refreshes, written adits and the rate-limit window, and
// goes back to the first quirks and the clock as it was.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock.Reset()
	s.clear()
}

// data is the company as Jobcan knows it.
func (s *Server) data() *data { return s.current.Load() }

func (s *Server) clear() {
	s.tokens = map[string]grant{}
	s.refreshed = map[dayKey]time.Time{}
	s.recent = nil
	s.quirks.Reset()
	s.punched = map[dayKey][]Adit{}
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", s.token)
	mux.HandleFunc("GET /master/v1/employees", s.guard("employees.read", s.listEmployees))
	mux.HandleFunc("GET /master/v1/employees/{id}", s.guard("employees.read", s.getEmployee))
	mux.HandleFunc("GET /attendance/v1/adits", s.guard("adits.read", s.listAdits))
	mux.HandleFunc("GET /attendance/v1/adits/{id}", s.guard("adits.read", s.listAditsOfOne))
	const daily = "/attendance/v1/summaries/daily"
	mux.HandleFunc("GET "+daily, s.guard("summaries.read", s.listDailySummaries))
	mux.HandleFunc("GET "+daily+"/{id}", s.guard("summaries.read", s.listDailySummariesOfOne))
	mux.HandleFunc("POST "+daily+"/{id}/refresh", s.guard("summaries.create", s.refresh))
	mux.HandleFunc("GET /attendance/v1/summaries/monthly/{id}", s.guard("summaries.read", s.monthlySummary))
	mux.HandleFunc("GET /attendance/v1/employees/{id}/summaries/daily/selection-remarks",
		s.guard("dailySelectionRemarks.read", s.selectionRemarks))
	mux.HandleFunc("GET /attendance/v1/employees/{id}/work-time/results/monthly",
		s.guard("monthlyWorkTimeResults.read", s.monthlyWorkTimeResults))
	mux.HandleFunc("GET /shift/v1/shifts/{id}", s.guard("shifts.read", s.listShifts))
	mux.HandleFunc("GET /shift/v1/default-shifts", s.guard("defaultShifts.read", s.listDefaultShifts))
	mux.HandleFunc("GET /shift/v1/requests/{id}", s.guard("shiftRequests.read", s.listShiftRequests))
	mux.HandleFunc("GET /holiday/v1/holiday-types", s.guard("holidayTypes.read", s.listHolidayTypes))
	mux.HandleFunc("GET /holiday/v1/employees/{id}/use-days", s.guard("holidayUseDays.read", s.listUseDays))
	mux.HandleFunc("GET /apply/v1/employees/{id}/over-work/requests",
		s.guard("overWorkRequests.read", s.listOverWorkRequests))
	s.contractRoutes(mux)
	// Other writes are not offered (8.3): everything else is 404, also a known
	// path with another method, because 405 is not among the vendor's statuses.
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fail(w, http.StatusNotFound, "not_found", "no such endpoint")
	})
	return mux
}
