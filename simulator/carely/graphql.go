package carely

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/simulator/control"
)

type operation struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

// call is what the resolvers know of their operation: the scopes of its token.
// They note the root fields that it asks for.
type call struct {
	scopes []string

	mu     sync.Mutex
	fields []string
}

type callKey struct{}

// route is the counter of the history: one path serves everything, so the root
// fields tell operations apart.
func (c *call) route() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	slices.Sort(c.fields)
	return strings.TrimSpace("POST /api/graphql " + strings.Join(slices.Compact(c.fields), " "))
}

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
		s.Unauthorized(w, r)
		return
	}
	op, err := readOperation(w, r)
	if err != nil {
		plain(w, http.StatusBadRequest, "400 Bad Request")
		return
	}
	c := &call{scopes: t.scopes}
	if problems := s.checkVariables(op); len(problems) > 0 {
		s.refuse(w, problems)
		return
	}
	s.mu.Lock()
	reply := s.schema.Exec(context.WithValue(r.Context(), callKey{}, c), op.Query, op.OperationName, op.Variables)
	if len(reply.Data) == 0 && len(reply.Errors) > 0 && s.quirks.On(NullData) {
		reply.Data = json.RawMessage("null")
	}
	s.mu.Unlock()
	control.SetRoute(r.Context(), c.route())
	control.WriteJSON(w, http.StatusOK, reply)
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

// need notes the root field and checks the scopes it takes (document, chapter
// 2).
func need(ctx context.Context, field string, scopes ...string) error {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return missingScope(customerRead)
	}
	c.mu.Lock()
	c.fields = append(c.fields, field)
	c.mu.Unlock()
	for _, want := range scopes {
		if !slices.Contains(c.scopes, want) {
			return missingScope(want)
		}
	}
	return nil
}

// Unauthorized refuses the access token. The body is unknown; it is almost
// surely not the document's sample, which a client library made out of the
// status (facts 2.3).
func (s *Server) Unauthorized(w http.ResponseWriter, _ *http.Request) {
	if s.quirks.On(UnauthorizedAs200) {
		control.WriteJSON(w, http.StatusOK, map[string]any{"errors": []map[string]string{{"message": "401 Unauthorized"}}})
		return
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="Carely", error="invalid_token"`)
	plain(w, http.StatusUnauthorized, "401 Unauthorized")
}
