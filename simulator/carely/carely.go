package carely

import (
	_ "embed"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/graph-gophers/graphql-go"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

//go:embed schema.graphql
var schemaText string

// The application that the OAuth site knows when Options name none.
const (
	DefaultClientID     = "carely-demo-client"
	DefaultClientSecret = "carely-demo-secret"
	DefaultRedirectURL  = "http://127.0.0.1:8080/oauth/carely/callback"
	DefaultRefreshToken = "carely-demo-refresh-token"
)

// The documented lifetime of an access token (document, chapter 5) and
// Doorkeeper's default for a code (facts 2.2).
const (
	AccessLifetime = 24 * time.Hour
	CodeLifetime   = 10 * time.Minute
)

// RequestsPerSecond is the documented limit of one IP address (document,
// "Rate limit"). That the second slides is ours, the stricter reading.
const RequestsPerSecond = 20

// Options are the knobs; the zero value is a working, strict system.
type Options struct {
	// Seed makes uuids and tokens; the same seed gives the same ones.
	Seed uint64
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// ClientID, ClientSecret and RedirectURL are the one application; empty
	// means the defaults.
	ClientID, ClientSecret, RedirectURL string
	// RefreshToken is valid from the start; empty means the default.
	RefreshToken string
	// Scopes is what the application was registered with; nil means AllScopes.
	// customer:read is always part of it.
	Scopes []string
	// Quirks are set over those of DefaultQuirks.
	Quirks map[Quirk]bool
	// RetryAfter is sent with 429, in seconds; 0 sends none.
	RetryAfter int
}

func (o Options) withDefaults() Options {
	orElse := func(v *string, fallback string) {
		if *v == "" {
			*v = fallback
		}
	}
	orElse(&o.ClientID, DefaultClientID)
	orElse(&o.ClientSecret, DefaultClientSecret)
	orElse(&o.RedirectURL, DefaultRedirectURL)
	orElse(&o.RefreshToken, DefaultRefreshToken)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Scopes == nil {
		o.Scopes = AllScopes()
	}
	return o
}

var _ control.Complete = (*Server)(nil)

// Server is one simulated Carely tenant. It is safe for concurrent use.
type Server struct {
	opts    Options
	clock   *control.Clock
	quirks  *control.Switches[Quirk]
	schema  *graphql.Schema
	handler http.Handler

	// mu guards everything below; a GraphQL operation holds it from start to
	// end, so its resolvers see one state and need no lock.
	mu      sync.Mutex
	company *company.Company
	seed    uint64
	data    *data
	tokens  tokens
	recent  map[string][]time.Time
}

// New copies from the company what Carely knows of it. It fails only when the
// embedded schema does not fit the resolvers.
func New(c *company.Company, opts Options) (*Server, error) {
	s := &Server{opts: opts.withDefaults(), company: c, seed: opts.Seed}
	s.clock = control.NewClock(s.opts.Now)
	s.opts.Now = s.clock.Now
	s.quirks = control.NewSwitches("carely", DefaultQuirks(), opts.Quirks)
	schema, err := graphql.ParseSchema(schemaText, &resolver{s: s}, graphql.UseFieldResolvers())
	if err != nil {
		return nil, fmt.Errorf("carely simulator: schema: %w", err)
	}
	s.schema = schema
	s.clear()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/graphql", s.graphql)
	const oauth = "/corporate_manager/oauth"
	mux.HandleFunc("GET "+oauth+"/authorize", s.showAuthorize)
	mux.HandleFunc("POST "+oauth+"/authorize", s.allow)
	mux.HandleFunc("POST "+oauth+"/token", s.token)
	mux.HandleFunc("POST "+oauth+"/introspect", s.introspect)
	mux.HandleFunc("POST "+oauth+"/revoke", s.revoke)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		plain(w, http.StatusNotFound, "404 Not Found")
	})
	s.handler = mux
	return s, nil
}

// Name returns "carely".
func (s *Server) Name() string { return string(company.Carely) }

// Handler serves the API and the OAuth site.
func (s *Server) Handler() http.Handler { return s.handler }

// Reset goes back to the company, the first quirks, the clock as it was and the
// first refresh token; every token given out before is unknown afterwards.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock.Reset()
	s.clear()
}

func (s *Server) clear() {
	opts := s.opts
	opts.Seed = s.seed
	s.quirks.Reset()
	s.data = newData(s.company, opts)
	s.tokens = tokens{
		issued: s.tokens.issued, byAccess: map[string]*token{}, byRefresh: map[string]*token{}, codes: map[string]code{},
	}
	first := &token{refresh: s.opts.RefreshToken, scopes: s.scopes(), created: s.opts.Now()}
	s.tokens.byRefresh[first.refresh] = first
	s.recent = map[string][]time.Time{}
}

func plain(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	// The client may be gone; there is nobody to tell.
	_, _ = w.Write([]byte(body + "\n"))
}
