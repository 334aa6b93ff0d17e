package yesod

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// DefaultToken is the API token when Options name none. Tokens have no
// documented end (facts 1.1).
const DefaultToken = "yesod-demo-token"

// ErrorShape is how an error looks; the vendor publishes none (facts 1.1).
type ErrorShape string

// The shapes that a client should be ready for.
const (
	ErrorMessage ErrorShape = "message" // {"message": …}
	ErrorText    ErrorShape = "error"   // {"error": …}
	ErrorList    ErrorShape = "errors"  // {"errors": [{"message": …}]}
)

// Options are the knobs; the zero value is a working system.
type Options struct {
	// Seed makes the ids; the same seed gives the same ones.
	Seed uint64
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Token is the API token; empty means the default.
	Token string
	// ErrorShape is the body of errors; empty means ErrorMessage.
	ErrorShape ErrorShape
	// Quirks are set over those of DefaultQuirks.
	Quirks map[Quirk]bool
}

var _ control.Complete = (*Server)(nil)

// Server is one simulated YESOD tenant. It is safe for concurrent use: a state
// never changes, an import that is applied puts a new one in its place.
type Server struct {
	opts    Options
	clock   *control.Clock
	quirks  *control.Switches[Quirk]
	handler http.Handler
	current atomic.Pointer[data]
	// lock is held by the import that runs (facts 1.3.2, waitForLock).
	lock chan struct{}

	// mu guards what lies beside the state.
	mu       sync.Mutex
	seeded   *data
	disabled bool // the API token
	imports  []*importJob
	done     map[string]string // statuses of tasks that were set, by task id
}

// New copies from the company what YESOD knows of it.
func New(c *company.Company, opts Options) *Server {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Token == "" {
		opts.Token = DefaultToken
	}
	s := &Server{opts: opts, seeded: newData(c, opts.Seed), lock: make(chan struct{}, 1)}
	s.clock = control.NewClock(opts.Now)
	s.opts.Now = s.clock.Now
	s.quirks = control.NewSwitches("yesod", DefaultQuirks(), opts.Quirks)
	s.clear()
	mux := http.NewServeMux()
	// The resale's path and the vendor's own (facts 1.4); paths carry the
	// version, and there is no single one (facts 1.1).
	mux.HandleFunc("POST /api/v22.10/query", s.guard(s.query))
	mux.HandleFunc("POST /api/v24.10/query", s.guard(s.query))
	mux.HandleFunc("GET /api/v20.06/groupTree", s.guard(s.groupTree))
	mux.HandleFunc("GET /api/v21.07/attributeLabel", s.guard(s.attributeLabels))
	mux.HandleFunc("GET /api/v25.04/options", s.guard(s.listOptions))
	mux.HandleFunc("GET /api/v22.10/members/{id}/histories", s.guard(s.histories))
	mux.HandleFunc("GET /api/v22.10/authorityTasks", s.guard(s.authorityTasks))
	mux.HandleFunc("PATCH /api/v22.10/authorityTasks/{id}", s.guard(s.setTaskStatus))
	s.importRoutes(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		s.fail(w, http.StatusNotFound, "no such endpoint")
	})
	s.handler = mux
	return s
}

// Name returns "yesod".
func (s *Server) Name() string { return string(company.Yesod) }

// Handler serves the API.
func (s *Server) Handler() http.Handler { return s.handler }

// Reset goes back to the company, the first quirks and the clock as it was;
// changes that wait are forgotten and the token is enabled.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock.Reset()
	s.clear()
}

func (s *Server) clear() {
	s.imports, s.done, s.disabled = nil, map[string]string{}, false
	s.quirks.Reset()
	s.current.Store(s.seeded)
}

// data is the state as it is now.
func (s *Server) data() *data { return s.current.Load() }

// Unauthorized refuses the API token.
func (s *Server) Unauthorized(w http.ResponseWriter, _ *http.Request) {
	s.fail(w, http.StatusUnauthorized, "the API token is missing, unknown or disabled")
}

// guard asks for the API token, in the one documented way (facts 1.1).
func (s *Server) guard(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		s.mu.Lock()
		ok = ok && !s.disabled
		s.mu.Unlock()
		if !ok || subtle.ConstantTimeCompare([]byte(token), []byte(s.opts.Token)) != 1 {
			s.Unauthorized(w, r)
			return
		}
		next(w, r)
	}
}

func (s *Server) fail(w http.ResponseWriter, status int, message string) {
	var body any = map[string]string{"message": message}
	switch s.opts.ErrorShape {
	case ErrorText:
		body = map[string]string{"error": message}
	case ErrorList:
		body = map[string]any{"errors": []map[string]string{{"message": message}}}
	case ErrorMessage:
	}
	control.WriteJSON(w, status, body)
}

// today is the date in Japan.
func (s *Server) today() string { return s.opts.Now().In(company.JST).Format(time.DateOnly) }

// timestamp is ISO 8601 in UTC with milliseconds (facts 1.4.2).
func (s *Server) timestamp() string { return s.opts.Now().UTC().Format("2006-01-02T15:04:05.000Z") }

// day reads a date parameter; absent means today.
func (s *Server) day(v string) (string, bool) {
	if v == "" {
		return s.today(), true
	}
	_, err := time.Parse(time.DateOnly, v)
	return v, err == nil
}
