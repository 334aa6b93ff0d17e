package carely

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

type operation struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

// scopesKey carries the scopes of the token to the resolvers.
type scopesKey struct{}

// graphql is POST /api/graphql.
func (s *Server) graphql(w http.ResponseWriter, r *http.Request) {
	if !s.turn(r) {
		if s.opts.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(s.opts.RetryAfter))
		}
		plain(w, http.StatusTooManyRequests, "429 Too Many Requests")
		return
	}
	access, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	t, ok := s.use(access)
	s.mu.Unlock()
	if !bearer || !ok {
		// The body is unknown; it is almost surely not the document's sample,
		// which a client library made out of the status (facts 2.3).
		w.Header().Set("WWW-Authenticate", `Bearer realm="Carely", error="invalid_token"`)
		plain(w, http.StatusUnauthorized, "401 Unauthorized")
		return
	}
	var op operation
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&op); err != nil {
		plain(w, http.StatusBadRequest, "400 Bad Request")
		return
	}
	ctx := context.WithValue(r.Context(), scopesKey{}, t.scopes)
	s.mu.Lock()
	reply := s.schema.Exec(ctx, op.Query, op.OperationName, op.Variables)
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, reply)
}

// turn counts a request of an address against its sliding second. Refused ones
// are free: the document promises that 20 are processed.
func (s *Server) turn(r *http.Request) bool {
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		ip = r.RemoteAddr
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now()
	recent := slices.DeleteFunc(s.recent[ip], func(t time.Time) bool { return now.Sub(t) >= time.Second })
	ok := len(recent) < RequestsPerSecond
	if ok {
		recent = append(recent, now)
	}
	s.recent[ip] = recent
	return ok
}

// missingScope is the error of an operation that the token may not do.
type missingScope string

func (m missingScope) Error() string { return "the access token lacks the scope " + string(m) }

// Extensions puts a code into the GraphQL error.
func (missingScope) Extensions() map[string]any { return map[string]any{"code": "insufficient_scope"} }

// need checks the scopes of an operation (document, chapter 2).
func need(ctx context.Context, scopes ...string) error {
	have, _ := ctx.Value(scopesKey{}).([]string)
	for _, want := range scopes {
		if !slices.Contains(have, want) {
			return missingScope(want)
		}
	}
	return nil
}
