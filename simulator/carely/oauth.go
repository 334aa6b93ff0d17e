package carely

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/simulator/control"
)

type tokenReply struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"` // seconds
	RefreshToken string `json:"refresh_token"`
	Scope        string `json:"scope"`
	CreatedAt    int64  `json:"created_at"` // epoch seconds
}

// token is POST …/oauth/token (document, chapter 4).
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if !s.client(w, r, http.StatusUnauthorized, "invalid_client") {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var t *token
	var problem string
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		t, problem = s.exchangeCode(r.PostForm.Get("code"), r.PostForm.Get("redirect_uri"), r.PostForm.Get("code_verifier"))
	case "refresh_token":
		t, problem = s.exchangeRefresh(r.PostForm.Get("refresh_token"))
	case "":
		problem = "invalid_request"
	default:
		problem = "unsupported_grant_type"
	}
	if problem != "" {
		oauthError(w, http.StatusBadRequest, problem)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	kind := "Bearer"
	if s.quirks.On(LowerTokenType) {
		kind = "bearer"
	}
	control.WriteJSON(w, http.StatusOK, tokenReply{
		AccessToken: t.access, TokenType: kind, ExpiresIn: int(AccessLifetime / time.Second),
		RefreshToken: t.refresh, Scope: strings.Join(t.scopes, " "), CreatedAt: t.created.Unix(),
	})
}

// exchangeCode spends a code; it works once (RFC 6749, 4.1.2). A code that was
// asked for with a challenge needs its verifier (RFC 7636, 4.6), as Doorkeeper
// has it; the document does not mention either.
func (s *Server) exchangeCode(value, redirect, verifier string) (*token, string) {
	if value == "" || redirect == "" {
		return nil, "invalid_request"
	}
	c, ok := s.tokens.codes[value]
	if !ok || c.redirect != redirect || !s.opts.Now().Before(c.created.Add(CodeLifetime)) {
		return nil, "invalid_grant"
	}
	if sum := sha256.Sum256([]byte(verifier)); c.challenge != "" &&
		base64.RawURLEncoding.EncodeToString(sum[:]) != c.challenge {
		return nil, "invalid_grant"
	}
	delete(s.tokens.codes, value)
	return s.issue(c.scopes), ""
}

// exchangeRefresh answers every refresh with a new pair (facts 2.2).
func (s *Server) exchangeRefresh(value string) (*token, string) {
	if value == "" {
		return nil, "invalid_request"
	}
	old, ok := s.tokens.byRefresh[value]
	if !ok || old.revoked {
		return nil, "invalid_grant"
	}
	t := s.issue(old.scopes)
	if s.quirks.On(MildRotation) {
		t.previous = old
	} else {
		old.revoked = true
	}
	return t, ""
}

type introspection struct {
	Active    bool   `json:"active"`
	Scope     string `json:"scope,omitempty"`
	ClientID  string `json:"client_id,omitempty"`
	TokenType string `json:"token_type,omitempty"`
	Exp       int64  `json:"exp,omitempty"`
	Iat       int64  `json:"iat,omitempty"`
}

// introspect is POST …/oauth/introspect (document, "トークン イントロスペクション").
func (s *Server) introspect(w http.ResponseWriter, r *http.Request) {
	if !s.client(w, r, http.StatusUnauthorized, "invalid_client") {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.find(r.PostForm.Get("token"))
	if !t.live(s.opts.Now()) || t.access == "" {
		control.WriteJSON(w, http.StatusOK, introspection{})
		return
	}
	control.WriteJSON(w, http.StatusOK, introspection{
		Active: true, Scope: strings.Join(t.scopes, " "), ClientID: s.opts.ClientID, TokenType: "Bearer",
		Exp: t.created.Add(AccessLifetime).Unix(), Iat: t.created.Unix(),
	})
}

// revoke is POST …/oauth/revoke: {} whatever happened (document,
// "アクセストークンの利用停止"), except for a stranger (facts 2.2).
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	if !s.client(w, r, http.StatusForbidden, "unauthorized_client") {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.find(r.PostForm.Get("token")); t != nil {
		t.revoked = true
	}
	control.WriteJSON(w, http.StatusOK, struct{}{})
}

// client checks the application's credentials, sent as form fields (document,
// chapter 4.1), and answers itself when they are wrong.
func (s *Server) client(w http.ResponseWriter, r *http.Request, status int, code string) bool {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if r.ParseForm() != nil {
		oauthError(w, http.StatusBadRequest, "invalid_request")
		return false
	}
	if !same(r.PostForm.Get("client_id"), s.opts.ClientID) ||
		!same(r.PostForm.Get("client_secret"), s.opts.ClientSecret) {
		oauthError(w, status, code)
		return false
	}
	return true
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// oauthError has Doorkeeper's shape (facts 2.2).
func oauthError(w http.ResponseWriter, status int, code string) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="Carely", error="`+code+`"`)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	control.WriteJSON(w, status, map[string]string{
		"error": code, "error_description": "The request was refused: " + strings.ReplaceAll(code, "_", " ") + ".",
	})
}

// subset reads the scope parameter of an authorization request: it must be
// within the application's scopes and always includes customer:read.
func (s *Server) subset(scope string) ([]string, bool) {
	asked := strings.Fields(scope)
	if !slices.Contains(asked, customerRead) {
		asked = append([]string{customerRead}, asked...)
	}
	for _, a := range asked {
		if !slices.Contains(s.scopes(), a) {
			return nil, false
		}
	}
	return asked, true
}
