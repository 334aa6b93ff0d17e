package akashi

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// call is one request by somebody whose token is good.
type call struct {
	*http.Request
	st     *state
	opts   *Options
	query  url.Values
	token  string
	caller *staff
}

// endpoint answers a call with the content of "response". It runs under the
// simulator's lock: exclusive when it writes, shared otherwise.
type endpoint func(c *call) (any, *refusal)

// refusal is an answer with success false (5.1.1 (2)).
type refusal struct {
	code, message string
	unauthorized  bool
}

// The codes. The document prints three only (ERR300402, ERR302102, ERR302205);
// the other ones are the simulator's own.
const (
	codeNoSuchRow    = "ERR300402"
	codeBadParameter = "ERR300401"
	codeForbidden    = "ERR300403"
	codeBadToken     = "ERR300101"
	codeTooMany      = "ERR300102"
)

func badParameter(format string, args ...any) *refusal {
	return &refusal{code: codeBadParameter, message: fmt.Sprintf(format, args...)}
}

func forbidden() *refusal {
	return &refusal{code: codeForbidden, message: "権限がありません。"}
}

func notFound(what string) *refusal {
	return &refusal{code: codeNoSuchRow, message: what + "が存在しません。"}
}

func badToken() *refusal {
	return &refusal{code: codeBadToken, message: "アクセストークンが無効です。", unauthorized: true}
}

// serve wraps an endpoint: token, lock, envelope.
func (s *Simulator) serve(do endpoint, writes bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := tokenOf(w, r)
		body, refused := s.run(do, writes, r, token)
		if refused != nil {
			s.refuse(w, refused)
			return
		}
		send(w, http.StatusOK, body)
	})
}

// run returns the whole answer as bytes, made before the lock is given back.
func (s *Simulator) run(do endpoint, writes bool, r *http.Request, token string) ([]byte, *refusal) {
	if writes {
		s.mu.Lock()
		defer s.mu.Unlock()
	} else {
		s.mu.RLock()
		defer s.mu.RUnlock()
	}
	caller := s.state.owner(token, s.opts.Now())
	if caller == nil || r.PathValue("company") != s.opts.Company {
		return nil, badToken()
	}
	c := &call{Request: r, st: s.state, opts: &s.opts, query: r.URL.Query(), token: token, caller: caller}
	response, refused := do(c)
	if refused != nil {
		return nil, refused
	}
	return encode(map[string]any{"success": true, "response": response}), nil
}

// maxBodyBytes is far above any documented request without a picture.
const maxBodyBytes = 4 << 20

// tokenOf reads the token: from the query of a GET, from the body of others
// (6.9.2 (2)), as JSON or as a form; users report that the query works as well.
func tokenOf(w http.ResponseWriter, r *http.Request) string {
	if r.Method == http.MethodGet {
		return r.URL.Query().Get("token")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	if err != nil {
		return ""
	}
	var fields struct {
		Token string `json:"token"`
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, err := url.ParseQuery(string(body))
		if err == nil {
			fields.Token = form.Get("token")
		}
	} else if json.Unmarshal(body, &fields) != nil {
		return ""
	}
	if fields.Token == "" {
		return r.URL.Query().Get("token")
	}
	return fields.Token
}

// Unauthorized refuses a token as the API does.
func (s *Simulator) Unauthorized(w http.ResponseWriter, _ *http.Request) { s.refuse(w, badToken()) }

func (s *Simulator) refuse(w http.ResponseWriter, refused *refusal) {
	status := s.opts.RefusalStatus
	if refused.unauthorized {
		status = s.opts.UnauthorizedStatus
	}
	// The samples of 6.3.2 (4) print a blank before the code.
	send(w, status, encode(map[string]any{
		"success": false,
		"errors":  []map[string]string{{"code": " " + refused.code, "message": refused.message}},
	}))
}

func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		// All answers are made of strings, numbers and slices of this package.
		panic(err)
	}
	return text
}

func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body) //nolint:gosec // JSON, and said to be JSON
}
