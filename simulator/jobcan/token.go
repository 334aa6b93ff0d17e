package jobcan

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// AllScopes lists the scopes this simulator serves, in the vendor's spelling
// (section 2).
func AllScopes() []string {
	return []string{
		"employees.read", "adits.read", "summaries.create", "summaries.read",
		"dailySelectionRemarks.read", "monthlyWorkTimeResults.read",
		"shifts.read", "defaultShifts.read", "shiftRequests.read",
		"holidayTypes.read", "holidayUseDays.read",
		"overWorkRequests.read", // guessed by a client's author (section 2)
	}
}

// scopes is what the client may ask for.
func (s *Server) scopes() []string {
	switch {
	case s.opts.Scopes != nil:
		return s.opts.Scopes
	case s.quirks.On(OurContract):
		return append(AllScopes(), OurScopes()...)
	}
	return AllScopes()
}

// grant is what an access token may do, and until when.
type grant struct {
	scopes  []string
	expires time.Time
}

type tokenReply struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type,omitempty"`
	ExpiresIn   int    `json:"expires_in,omitempty"` // seconds
	Scope       string `json:"scope,omitempty"`
}

// token is POST /oauth/token (section 2; errors are ours, 8.2).
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" || r.ParseForm() != nil {
		tokenError(w, http.StatusBadRequest, "invalid_request")
		return
	}
	id, secret, ok := r.BasicAuth()
	if !ok || !same(id, s.opts.ClientID) || !same(secret, s.opts.ClientSecret) {
		w.Header().Set("WWW-Authenticate", `Basic realm="jobcan"`)
		tokenError(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	switch r.PostForm.Get("grant_type") {
	case "":
		tokenError(w, http.StatusBadRequest, "invalid_request")
		return
	case "client_credentials":
	default:
		tokenError(w, http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	// Without scope the token has all scopes of the client (section 2).
	scopes := s.scopes()
	if asked := strings.Fields(r.PostForm.Get("scope")); len(asked) > 0 {
		for _, scope := range asked {
			if !slices.Contains(scopes, scope) {
				tokenError(w, http.StatusBadRequest, "invalid_scope")
				return
			}
		}
		scopes = asked
	}
	reply := tokenReply{AccessToken: s.issue(scopes)}
	if s.quirks.On(PrefixedToken) {
		reply.AccessToken = "Bearer " + reply.AccessToken
	}
	if !s.quirks.On(BareTokenReply) {
		reply.TokenType = "Bearer"
		reply.ExpiresIn = int(TokenLifetime / time.Second)
		reply.Scope = strings.Join(scopes, " ")
	}
	w.Header().Set("Cache-Control", "no-store")
	control.WriteJSON(w, http.StatusOK, reply)
}

func tokenError(w http.ResponseWriter, status int, code string) {
	control.WriteJSON(w, status, map[string]string{"error": code})
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// issue makes a token that follows from the seed and the number of tokens
// before it; it protects invented people only.
func (s *Server) issue(scopes []string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued++
	mac := hmac.New(sha256.New, []byte("jobcan "+strconv.FormatUint(s.opts.Seed, 10)))
	mac.Write(binary.BigEndian.AppendUint64(nil, s.issued))
	token := base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	s.tokens[token] = grant{scopes: scopes, expires: s.opts.Now().Add(TokenLifetime)}
	return token
}

// RevokeTokens ends every access token at once, as a deleted client would.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// guard lets a request through that has a turn, a live token and its scope.
func (s *Server) guard(scope string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.turn() {
			if s.opts.RetryAfter > 0 {
				w.Header().Set("Retry-After", strconv.Itoa(s.opts.RetryAfter))
			}
			fail(w, http.StatusTooManyRequests, "too_many_requests", "slow down")
			return
		}
		// Public clients send the token with and without the prefix (section 2).
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		s.mu.Lock()
		g, ok := s.tokens[token]
		s.mu.Unlock()
		if !ok || !s.opts.Now().Before(g.expires) {
			s.Unauthorized(w, r)
			return
		}
		if !slices.Contains(g.scopes, scope) {
			fail(w, http.StatusForbidden, "forbidden", "the access token lacks "+scope)
			return
		}
		next(w, r)
	}
}

// turn counts a request against the sliding second; refused ones are free.
func (s *Server) turn() bool {
	if s.opts.RequestsPerSecond == 0 {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now()
	s.recent = slices.DeleteFunc(s.recent, func(t time.Time) bool { return now.Sub(t) >= time.Second })
	if len(s.recent) >= s.opts.RequestsPerSecond {
		return false
	}
	s.recent = append(s.recent, now)
	return true
}
