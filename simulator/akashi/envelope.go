package akashi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// call is one request by somebody whose token is good.
type call struct {
	*http.Request
	st     *state
	opts   *Options
	quirks map[Quirk]bool
	query  url.Values
	body   object // of everything but a GET
	token  string
	caller *staff
	// managed is the memory of below.
	managed map[int]bool
	// changed is set by an endpoint that changed the state.
	changed bool
}

// endpoint answers a call with the content of "response". It runs under the
// simulator's lock: exclusive when it writes, shared otherwise.
type endpoint func(c *call) (any, *refusal)

// operation is an endpoint with what the simulator must know about it.
type operation struct {
	section string // of the document
	do      endpoint
	writes  bool
	// offered tells whether the quirks leave this path and method; nil: always.
	offered func(quirks map[Quirk]bool) bool
}

// problem is an element of "errors"; about holds further keys, such as staff_id.
type problem struct {
	code, message string
	about         map[string]any
}

// refusal is an answer with success false (5.1.1 (2)).
type refusal struct {
	problems     []problem
	unauthorized bool
	gone         bool // no such path
}

// partly is an answer with success true and errors beside it (6.3.2 (4)).
type partly struct {
	response any
	problems []problem
}

// The codes. The document prints three only (ERR300402, ERR302102, ERR302205);
// the other ones are the simulator's own.
const (
	codeNoSuchRow    = "ERR300402"
	codeBadParameter = "ERR300401"
	codeForbidden    = "ERR300403"
	codeBadToken     = "ERR300101"
	codeTooMany      = "ERR300102"
	codeImport       = "ERR302102"
	codeNoTemplate   = "ERR302205"
)

func refuse(problems ...problem) *refusal { return &refusal{problems: problems} }

func badParameter(format string, args ...any) *refusal {
	return refuse(problem{code: codeBadParameter, message: fmt.Sprintf(format, args...)})
}

func forbidden() *refusal {
	return refuse(problem{code: codeForbidden, message: "権限がありません。"})
}

func notFound(what string) *refusal {
	return refuse(problem{code: codeNoSuchRow, message: what + "が存在しません。"})
}

func badToken() *refusal {
	r := refuse(problem{code: codeBadToken, message: "アクセストークンが無効です。"})
	r.unauthorized = true
	return r
}

// serve wraps an endpoint: token, lock, envelope.
func (s *Simulator) serve(op operation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := bodyOf(w, r)
		if !ok {
			s.refuse(w, badToken()) // nobody can tell whose call it is
			return
		}
		answer, refused := s.run(op, r, body)
		switch {
		case refused == nil:
			send(w, http.StatusOK, answer)
		case refused.gone:
			http.NotFound(w, r)
		default:
			s.refuse(w, refused)
		}
	})
}

// run returns the whole answer as bytes, made before the lock is given back.
func (s *Simulator) run(op operation, r *http.Request, body object) ([]byte, *refusal) {
	s.settle()
	if op.writes {
		s.mu.Lock()
		defer s.mu.Unlock()
	} else {
		s.mu.RLock()
		defer s.mu.RUnlock()
	}
	quirks := s.quirks.All()
	if op.offered != nil && !op.offered(quirks) {
		return nil, &refusal{gone: true}
	}
	token := tokenOf(r, body)
	caller := s.state.owner(token, s.opts.Now())
	if caller == nil || r.PathValue("company") != s.opts.Company {
		return nil, badToken()
	}
	c := &call{
		Request: r, st: s.state, opts: &s.opts, quirks: quirks, query: r.URL.Query(), body: body, token: token,
		caller: caller,
	}
	response, refused := op.do(c)
	if c.changed {
		change := maps.Clone(body)
		delete(change, "token")
		control.NoteWrite(r.Context(), op.section, change)
	}
	if refused != nil {
		return nil, refused
	}
	answer := map[string]any{"success": true, "response": response}
	if part, ok := response.(partly); ok {
		answer["response"] = part.response
		if len(part.problems) > 0 {
			answer["errors"] = wireProblems(part.problems, quirks)
		}
	}
	text := encode(answer)
	if quirks[NumbersAsStrings] {
		text = numbersAsStrings(text)
	}
	return text, nil
}

// maxBodyBytes is far above any documented request.
const maxBodyBytes = 4 << 20

// bodyOf reads the parameters of everything but a GET: JSON or, as users report
// for stamps and tokens, a form. It is false when there are none to be read.
func bodyOf(w http.ResponseWriter, r *http.Request) (object, bool) {
	if r.Method == http.MethodGet {
		return nil, true
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	if err != nil {
		return nil, false
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, err := url.ParseQuery(string(text))
		fields := object{}
		for name := range form {
			fields[name] = form.Get(name)
		}
		return fields, err == nil
	}
	fields := object{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&fields) != nil || decoder.More() {
		return nil, false
	}
	return fields, true
}

// tokenOf reads the token: from the query of a GET, from the body of others
// (6.9.2 (2)); users report that the query works as well.
func tokenOf(r *http.Request, body object) string {
	if token, ok := body["token"].(string); ok && token != "" {
		return token
	}
	return r.URL.Query().Get("token")
}

// Unauthorized refuses a token as the API does.
func (s *Simulator) Unauthorized(w http.ResponseWriter, _ *http.Request) { s.refuse(w, badToken()) }

// Revoke takes back the token of a request for good.
func (s *Simulator) Revoke(r *http.Request) {
	body, _ := bodyOf(nil, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.state.tokens, tokenOf(r, body))
}

func (s *Simulator) refuse(w http.ResponseWriter, refused *refusal) {
	quirks := s.quirks.All()
	status := s.opts.RefusalStatus
	if quirks[RefusedAs400] {
		status = http.StatusBadRequest
	}
	if refused.unauthorized {
		status = s.opts.UnauthorizedStatus
		if quirks[UnauthorizedAs200] {
			status = http.StatusOK
		}
	}
	send(w, status, encode(map[string]any{
		"success": false, "errors": wireProblems(refused.problems, quirks),
	}))
}

func wireProblems(problems []problem, quirks map[Quirk]bool) []map[string]any {
	rows := make([]map[string]any, len(problems))
	for i, p := range problems {
		rows[i] = map[string]any{}
		maps.Copy(rows[i], p.about)
		rows[i]["code"] = p.code
		if quirks[CodesWithBlank] {
			rows[i]["code"] = " " + p.code
		}
		key := "message"
		if quirks[MessagesKey] {
			key = "messages"
		}
		rows[i][key] = p.message
	}
	return rows
}

func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		// All answers are made of strings, numbers and slices of this package.
		panic(err)
	}
	return text
}

// numbersAsStrings quotes every integer of a JSON text; 6.7 has real fractions,
// which stay.
func numbersAsStrings(text []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		panic(err) // encode wrote it
	}
	return encode(quoted(v))
}

func quoted(v any) any {
	switch v := v.(type) {
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return v.String()
		}
	case []any:
		for i := range v {
			v[i] = quoted(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = quoted(v[key])
		}
	}
	return v
}

func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body) //nolint:gosec // JSON, and said to be JSON
}
