package carely

import (
	"html/template"
	"net/http"
	"net/url"
)

// authorizePage stands for the vendor's screen with its 許可する button
// (document, chapter 3). Nobody has to log in here.
const authorizePage = `<!doctype html>
<html lang="ja"><meta charset="utf-8"><title>Carely (simulator)</title>
<h1>認可画面</h1><p>{{.Get "scope"}}</p>
<form method="post">{{range $key, $values := .}}{{range $values}}
<input type="hidden" name="{{$key}}" value="{{.}}">{{end}}{{end}}
<button>許可する</button></form></html>
`

// showAuthorize is GET …/oauth/authorize.
func (s *Server) showAuthorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if s.authorizeProblem(w, r, q) {
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// The page is a constant; what can fail is a browser that is gone.
	_ = template.Must(template.New("authorize").Parse(authorizePage)).Execute(w, q)
}

// allow is the button: it sends the browser back with a code and the state.
func (s *Server) allow(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if r.ParseForm() != nil {
		plain(w, http.StatusBadRequest, "400 Bad Request")
		return
	}
	if s.authorizeProblem(w, r, r.Form) {
		return
	}
	scopes, _ := s.subset(r.Form.Get("scope"))
	s.mu.Lock()
	value := s.secret("code")
	s.tokens.codes[value] = code{
		redirect: s.opts.RedirectURL, scopes: scopes, created: s.opts.Now(), challenge: r.Form.Get("code_challenge"),
	}
	s.mu.Unlock()
	s.sendBack(w, r, r.Form, "code", value)
}

// authorizeProblem answers a faulty request: on the page when the application
// or its callback is not the registered one, else at the callback (RFC 6749,
// 4.1.2.1).
func (s *Server) authorizeProblem(w http.ResponseWriter, r *http.Request, q url.Values) bool {
	if q.Get("client_id") != s.opts.ClientID || q.Get("redirect_uri") != s.opts.RedirectURL {
		plain(w, http.StatusBadRequest, "400 Bad Request")
		return true
	}
	if q.Get("response_type") != "code" {
		s.sendBack(w, r, q, "error", "unsupported_response_type")
		return true
	}
	if method := q.Get("code_challenge_method"); q.Get("code_challenge") != "" && method != "S256" {
		s.sendBack(w, r, q, "error", "invalid_code_challenge_method")
		return true
	}
	if _, ok := s.subset(q.Get("scope")); !ok {
		s.sendBack(w, r, q, "error", "invalid_scope")
		return true
	}
	return false
}

func (s *Server) sendBack(w http.ResponseWriter, r *http.Request, q url.Values, key, value string) {
	target, err := url.Parse(s.opts.RedirectURL)
	if err != nil {
		plain(w, http.StatusBadRequest, "400 Bad Request")
		return
	}
	back := target.Query()
	back.Set(key, value)
	if state := q.Get("state"); state != "" {
		back.Set("state", state)
	}
	target.RawQuery = back.Encode()
	http.Redirect(w, r, target.String(), http.StatusFound)
}
