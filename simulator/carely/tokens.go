package carely

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strconv"
	"time"
)

// The scopes (document, chapter 2).
const (
	customerRead  = "customer:read"
	customerWrite = "customer:write"
	overtimeRead  = "overtime:read"
	overtimeWrite = "overtime:write"
)

// AllScopes lists the documented scopes.
func AllScopes() []string { return []string{customerRead, customerWrite, overtimeRead, overtimeWrite} }

// scopes is what the application may have; customer:read is always there
// (document, chapter 2).
func (s *Server) scopes() []string {
	if slices.Contains(s.opts.Scopes, customerRead) {
		return s.opts.Scopes
	}
	return append([]string{customerRead}, s.opts.Scopes...)
}

// token is a pair of an access and a refresh token; they end together.
type token struct {
	access, refresh string
	scopes          []string
	created         time.Time
	revoked         bool
	// previous ends when this pair's access token is first used (mild mode).
	previous *token
}

func (t *token) live(now time.Time) bool {
	return t != nil && !t.revoked && now.Before(t.created.Add(AccessLifetime))
}

type code struct {
	redirect string
	scopes   []string
	created  time.Time
	// challenge is the code_challenge, "" when none was sent.
	challenge string
}

type tokens struct {
	// issued numbers the secrets; it survives Reset, so that a token of before
	// never lives again.
	issued    uint64
	byAccess  map[string]*token
	byRefresh map[string]*token
	codes     map[string]code
}

// secret makes the next token or code; it follows from the seed and protects
// invented people only.
func (s *Server) secret(kind string) string {
	s.tokens.issued++
	mac := hmac.New(sha256.New, []byte("carely "+kind+strconv.FormatUint(s.opts.Seed, 10)))
	mac.Write(binary.BigEndian.AppendUint64(nil, s.tokens.issued))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (s *Server) issue(scopes []string) *token {
	t := &token{access: s.secret("access"), refresh: s.secret("refresh"), scopes: scopes, created: s.opts.Now()}
	s.tokens.byAccess[t.access] = t
	s.tokens.byRefresh[t.refresh] = t
	return t
}

// use finds the live token of an API request and counts as its first use.
func (s *Server) use(access string) (*token, bool) {
	t := s.tokens.byAccess[access]
	if !t.live(s.opts.Now()) {
		return nil, false
	}
	if t.previous != nil {
		t.previous.revoked = true
		t.previous = nil
	}
	return t, true
}

// find looks for a token as introspection and revocation do: by either value.
func (s *Server) find(value string) *token {
	if t, ok := s.tokens.byAccess[value]; ok {
		return t
	}
	return s.tokens.byRefresh[value]
}

// RevokeTokens ends every token at once, as an administrator who deletes the
// application would: only a new authorization helps.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tokens.byRefresh {
		t.revoked = true
	}
}
