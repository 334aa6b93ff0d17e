package server

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/rs/cors"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/server/document"
)

// Engine executes a valid operation within the deadline of ctx. *exec.Engine is
// one. It may not change the request, which other requests share.
type Engine interface {
	Execute(ctx context.Context, req exec.Request) *exec.Response
	Walk(ctx context.Context, req exec.Request)
}

// Authenticator knows the callers by their bearer tokens. *auth.Callers is one.
type Authenticator interface {
	Authenticate(token string) (auth.Caller, bool)
}

// Options is what a Server is built from. Engine, Schema and Callers are needed.
type Options struct {
	// Engine executes operations against Schema.
	Engine Engine
	Schema *ast.Schema
	// Callers says who a bearer token belongs to.
	Callers Authenticator
	// Foresight lets what an operation wants in several places be asked for at once;
	// nil asks place by place.
	Foresight *Foresight
	// Limits bounds requests; its zero fields take their defaults.
	Limits document.Limits
	// LargeBody allows the caller of ctx a body of this many bytes where that is
	// more than Limits.Body; nil allows nobody more.
	LargeBody func(ctx context.Context) int
	// NoSuggestions leaves "Did you mean" out of errors, NoIntrospection refuses
	// __schema and __type.
	NoSuggestions, NoIntrospection bool
	// DocumentCacheBytes bounds the memory for prepared documents; 0 means 32 MiB.
	DocumentCacheBytes int
	// Budget is the time an operation may take; 0 means 10 s. The engine has the
	// part of it that slice.Engine says as the deadline of its context.
	Budget time.Duration
	// Timeouts bound what a connection may take; zero fields take their defaults.
	Timeouts Timeouts
	// Origins are the web origins (scheme://host[:port]) whose pages may call
	// /graphql; none by default. The gateway's own page needs no entry.
	Origins []string
	// Page is served at / and below without a token; nil means 404. It sets its
	// own Content-Security-Policy.
	Page http.Handler
	// Linking is served at /oauth/carely/ without a token, for administrators of
	// Carely who allow the gateway; nil means 404.
	Linking http.Handler
	// Ready says why requests cannot be answered yet; nil means always ready.
	Ready func(ctx context.Context) error
	// Begin returns the context for one operation, right before the engine gets
	// it; Extensions reads it afterwards and returns the "extensions" of the
	// answer. Both may be nil.
	Begin      func(ctx context.Context) context.Context
	Extensions func(ctx context.Context) map[string]any
	// Logger takes one event a request; nil means slog.Default().
	Logger *slog.Logger
	// Now is the clock for durations; nil means time.Now.
	Now func() time.Time
}

// Timeouts bound what a connection may take.
type Timeouts struct {
	// ReadHeader and Read bound the reading of a request's header and of all of
	// it; 0 means 5 s and 30 s.
	ReadHeader, Read time.Duration
	// Write counts from the end of the header to the end of the answer; 0 means
	// 40 s more than the budget.
	Write time.Duration
	// Idle is how long a connection is kept without a request; 0 means 2 min.
	Idle time.Duration
	// Shutdown is what running operations have to end; 0 means 10 s more than the
	// budget.
	Shutdown time.Duration
}

// withDefaults fills what is not set, for operations of this budget.
func (t Timeouts) withDefaults(budget time.Duration) Timeouts {
	return Timeouts{
		ReadHeader: cmp.Or(t.ReadHeader, 5*time.Second),
		Read:       cmp.Or(t.Read, 30*time.Second),
		Write:      cmp.Or(t.Write, 30*time.Second+budget+grace),
		Idle:       cmp.Or(t.Idle, 2*time.Minute),
		Shutdown:   cmp.Or(t.Shutdown, budget+grace),
	}
}

const (
	defaultBudget = 10 * time.Second
	// grace is what connections get beyond the budget to send and to end.
	grace = 10 * time.Second
	// readyTime bounds Options.Ready.
	readyTime = 2 * time.Second
	// minCompressed is the size from which answers are compressed, in bytes.
	minCompressed = 1400
)

// Server is the gateway's HTTP edge. It is safe for concurrent use.
type Server struct {
	opts      Options
	documents *document.Preparer
	log       *slog.Logger
	now       func() time.Time
	handler   http.Handler
}

// New builds a Server. It reports all faults of the options at once.
func New(opts Options) (*Server, error) {
	var faults []error
	if opts.Engine == nil {
		faults = append(faults, errors.New("server: engine is missing"))
	}
	if opts.Callers == nil {
		faults = append(faults, errors.New("server: callers are missing"))
	}
	if opts.Budget <= 0 {
		opts.Budget = defaultBudget
	}
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Page == nil {
		opts.Page = http.NotFoundHandler()
	}
	docs, err := document.New(opts.Schema, document.Options{
		Limits: opts.Limits, NoSuggestions: opts.NoSuggestions,
		NoIntrospection: opts.NoIntrospection, CacheBytes: opts.DocumentCacheBytes,
	})
	if err != nil {
		faults = append(faults, fmt.Errorf("server: %w", err))
	}
	s := &Server{opts: opts, documents: docs, log: opts.Logger, now: opts.Now}
	graphql, err := s.graphql()
	if err != nil {
		faults = append(faults, err)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", route("/graphql", private(graphql)))
	mux.Handle("GET /healthz", route("/healthz", private(http.HandlerFunc(alive))))
	mux.Handle("GET /readyz", route("/readyz", private(http.HandlerFunc(s.ready))))
	if opts.Linking != nil {
		mux.Handle("/oauth/carely/", route("/oauth/carely", private(opts.Linking)))
	}
	mux.Handle("/", route("/", opts.Page))
	s.handler = s.observe(secure(mux))
	return s, nil
}

// graphql builds the chain in front of the transport.
func (s *Server) graphql() (http.Handler, error) {
	gzip, err := gzhttp.NewWrapper(gzhttp.MinSize(minCompressed),
		gzhttp.ContentTypes([]string{mediaJSON, mediaGraphQL}))
	if err != nil {
		return nil, fmt.Errorf("server: compression: %w", err)
	}
	var h http.Handler = gzip(s.authenticate(http.HandlerFunc(s.serveGraphQL)))
	csrf := http.NewCrossOriginProtection()
	csrf.SetDenyHandler(http.HandlerFunc(crossSite))
	var faults []error
	for _, origin := range s.opts.Origins {
		if err := csrf.AddTrustedOrigin(origin); err != nil {
			faults = append(faults, fmt.Errorf("server: origin %q: it has to be scheme://host[:port]", origin))
		}
	}
	h = csrf.Handler(h)
	if len(s.opts.Origins) > 0 { // an empty list means all origins to rs/cors
		h = cors.New(cors.Options{
			AllowedOrigins: s.opts.Origins,
			AllowedMethods: []string{http.MethodGet, http.MethodPost},
			AllowedHeaders: []string{"Authorization", "Content-Type", "Accept", budgetHeader, FreshnessHeader},
			MaxAge:         600,
		}).Handler(h)
	}
	return h, errors.Join(faults...)
}

func crossSite(w http.ResponseWriter, r *http.Request) {
	media, _ := answerType(r.Header)
	a := &answer{w: w, r: r, media: media}
	a.refuse(refuse(http.StatusForbidden, fault.Forbidden,
		"pages of this origin may not call the gateway; its operator can allow the origin"))
}

// Handler returns the whole edge as one handler.
func (s *Server) Handler() http.Handler { return s.handler }

func alive(w http.ResponseWriter, _ *http.Request) { status(w, http.StatusOK, "alive", "") }

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.opts.Ready == nil {
		status(w, http.StatusOK, "ready", "")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	if err := s.opts.Ready(ctx); err != nil {
		status(w, http.StatusServiceUnavailable, "not ready", fault.From(err).Message)
		return
	}
	status(w, http.StatusOK, "ready", "")
}

// status writes the answer of a probe.
func status(w http.ResponseWriter, code int, word, message string) {
	body, err := json.Marshal(struct {
		Status  string `json:"status"`
		Message string `json:"message,omitempty"`
	}{word, message})
	if err != nil {
		code, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", mediaJSON)
	w.WriteHeader(code)
	_, _ = w.Write(body) // a probe that went away needs no answer
}

// Serve answers connections of l until ctx ends, then lets the operations under
// way finish within their budget. It closes l, and returns nil after an orderly
// end.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	limits := s.opts.Timeouts.withDefaults(s.opts.Budget)
	srv := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: limits.ReadHeader,
		ReadTimeout:       limits.Read,
		WriteTimeout:      limits.Write,
		IdleTimeout:       limits.Idle,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("server: %w", err)
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), limits.Shutdown)
	defer cancel()
	err := srv.Shutdown(end)
	if err != nil {
		err = errors.Join(err, srv.Close())
	}
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	if err != nil {
		return fmt.Errorf("server: shut down: %w", err)
	}
	return nil
}
