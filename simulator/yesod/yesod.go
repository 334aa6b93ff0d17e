package yesod

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"
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
}

var (
	_ control.Simulator    = (*Server)(nil)
	_ control.Unauthorizer = (*Server)(nil)
)

// Server is one simulated YESOD tenant. It never changes and is safe for
// concurrent use.
type Server struct {
	opts    Options
	data    *data
	handler http.Handler
}

// New copies from the company what YESOD knows of it.
func New(c *company.Company, opts Options) *Server {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Token == "" {
		opts.Token = DefaultToken
	}
	s := &Server{opts: opts, data: newData(c, opts.Seed)}
	mux := http.NewServeMux()
	// The resale's path and the vendor's own (facts 1.4); paths carry the
	// version, and there is no single one (facts 1.1).
	mux.HandleFunc("POST /api/v22.10/query", s.guard(s.query))
	mux.HandleFunc("POST /api/v24.10/query", s.guard(s.query))
	mux.HandleFunc("GET /api/v20.06/groupTree", s.guard(s.groupTree))
	mux.HandleFunc("GET /api/v21.07/attributeLabel", s.guard(s.attributeLabels))
	mux.HandleFunc("GET /api/v25.04/options", s.guard(s.listOptions))
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

// Reset does nothing: no request changes the state.
func (s *Server) Reset() {}

// Unauthorized refuses the API token.
func (s *Server) Unauthorized(w http.ResponseWriter, _ *http.Request) {
	s.fail(w, http.StatusUnauthorized, "the API token is missing, unknown or disabled")
}

// guard asks for the API token, in the one documented way (facts 1.1).
func (s *Server) guard(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
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
	writeJSON(w, status, body)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		http.Error(w, "the answer is no JSON", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// The client may be gone; there is nobody to tell.
	_, _ = w.Write(raw)
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
