package linking

import (
	"context"
	"crypto/subtle"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// Handler serves StartPath and CallbackPath. Its pages have no scripts and no
// styles, and nothing of a request is repeated on them.
func (f *Flow) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(StartPath, f.start)
	mux.HandleFunc(CallbackPath, f.callback)
	return mux
}

// cookieName is a name of its own for each attempt, so that two that a browser
// begins do not disturb each other.
func cookieName(state string) string { return "hitotsu_linking_" + digest(state)[:16] }

// start takes a ticket and sends the browser to Carely.
func (f *Flow) start(w http.ResponseWriter, r *http.Request) {
	if !onlyGet(w, r) {
		return
	}
	ctx := r.Context()
	key := ticketKey(r.URL.Query().Get("ticket"))
	n, version, err := f.look(ctx, key)
	if err == nil {
		err = f.spend(ctx, key, version)
	}
	if err != nil {
		f.refuse(ctx, w, "start", n.Link, err, badTicket())
		return
	}
	site, err := f.site(n.Link)
	if err != nil {
		f.refuse(ctx, w, "start", n.Link, err, notConfigured())
		return
	}
	state, verifier := random(), random()
	err = f.keep(ctx, stateKey(state), note{
		Link: n.Link, Ends: f.opts.Now().Add(life), Challenge: challenge(verifier),
	})
	if err != nil {
		f.refuse(ctx, w, "start", n.Link, err, noStore())
		return
	}
	setCookie(w, site, state, verifier, int(life/time.Second))
	http.Redirect(w, r, site.AuthorizeURL(state, challenge(verifier)), http.StatusFound)
}

// setCookie binds an attempt to the browser. Lax lets Carely's redirect bring it
// along, and no request that another site makes in the background.
func setCookie(w http.ResponseWriter, site Site, state, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure follows the public URL, which is http on loopback only
		Name: cookieName(state), Value: value, Path: site.cookiePath(), MaxAge: maxAge, HttpOnly: true,
		Secure: site.secure(), SameSite: http.SameSiteLaxMode,
	})
}

// exchangeTime bounds what follows once a state is spent. It does not end with
// the browser's request: the code works once, and its answer must be stored.
const exchangeTime = time.Minute

// callback takes what Carely sends the browser back with.
func (f *Flow) callback(w http.ResponseWriter, r *http.Request) {
	if !onlyGet(w, r) {
		return
	}
	ctx := r.Context()
	q := r.URL.Query()
	state := q.Get("state")
	key := stateKey(state)
	n, version, err := f.look(ctx, key)
	if err != nil {
		f.refuse(ctx, w, "callback", "", err, badState())
		return
	}
	site, err := f.site(n.Link)
	if err != nil {
		f.refuse(ctx, w, "callback", n.Link, err, notConfigured())
		return
	}
	cookie, err := r.Cookie(cookieName(state))
	if err != nil || subtle.ConstantTimeCompare([]byte(challenge(cookie.Value)), []byte(n.Challenge)) != 1 {
		// The state stays: the browser that began may still come.
		f.refuse(ctx, w, "callback", n.Link, errUsed, otherBrowser())
		return
	}
	if err := f.spend(ctx, key, version); err != nil {
		f.refuse(ctx, w, "callback", n.Link, err, badState())
		return
	}
	setCookie(w, site, state, "", -1)
	if q.Get("error") != "" || q.Get("code") == "" {
		f.refuse(ctx, w, "callback", n.Link, errUsed, notAllowed())
		return
	}
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), exchangeTime)
	defer cancel()
	if err := site.Link(work, q.Get("code"), cookie.Value); err != nil {
		f.refuse(ctx, w, "callback", n.Link, err, failed())
		return
	}
	f.opts.Log.LogAttrs(ctx, slog.LevelInfo, "linked in a browser",
		slog.String("system", system), slog.String("link", n.Link))
	show(w, linked())
}

func onlyGet(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet {
		return true
	}
	w.Header().Set("Allow", http.MethodGet)
	show(w, page{
		status: http.StatusMethodNotAllowed, Title: "Not like this", Text: "This page is opened by a browser.",
		TitleJa: "この方法では開けません", TextJa: "ブラウザーで開いてください。",
	})
	return false
}

// refuse shows a page and logs why, without anything of the request. An error
// that is not about the request itself has a page of its own.
func (f *Flow) refuse(ctx context.Context, w http.ResponseWriter, step, link string, err error, p page) {
	fe, isFault := errors.AsType[*fault.Error](err)
	if !isFault && !errors.Is(err, errUsed) {
		p = noStore()
	}
	attrs := []slog.Attr{slog.String("system", system), slog.String("step", step), slog.String("reason", p.reason)}
	if link != "" {
		attrs = append(attrs, slog.String("link", link))
	}
	if isFault {
		attrs = append(attrs, slog.String("code", string(fe.Code)))
		p.Detail = fe.Message
	}
	f.opts.Log.LogAttrs(ctx, slog.LevelWarn, "linking refused", attrs...)
	show(w, p)
}

// page is what a person sees at the end.
type page struct {
	status int
	reason string // for the log
	// Detail is a fault's message, which is safe to show.
	Detail                       string
	Title, Text, TitleJa, TextJa string
}

const again = " Ask the operator for a new link (hitotsu token link carely) and open it in one browser within ten " +
	"minutes. What was linked before is unchanged."

const againJa = "運用担当者に新しいリンク(hitotsu token link carely)を発行してもらい、10分以内に同じブラウザーで開いてください。" +
	"これまでの連携は変わっていません。"

func badTicket() page {
	return page{
		status: http.StatusForbidden, reason: "ticket",
		Title: "This link does not work any more", Text: "It works once, for ten minutes." + again,
		TitleJa: "このリンクは使えません", TextJa: "リンクは一度だけ、10分間有効です。" + againJa,
	}
}

func badState() page {
	return page{
		status: http.StatusForbidden, reason: "state",
		Title:   "This answer is not expected",
		Text:    "It was used before, is too old, or was not begun here." + again,
		TitleJa: "この応答は受け付けられません", TextJa: "使用済みか、期限切れか、ここで始めたものではありません。" + againJa,
	}
}

func otherBrowser() page {
	return page{
		status: http.StatusForbidden, reason: "browser",
		Title: "Another browser began this", Text: "Or this one keeps no cookies." + again,
		TitleJa: "別のブラウザーで始められた操作です", TextJa: "または、このブラウザーはCookieを保存していません。" + againJa,
	}
}

func notAllowed() page {
	return page{
		status: http.StatusForbidden, reason: "not allowed",
		Title: "Carely did not allow it", Text: "Nothing was linked." + again,
		TitleJa: "Carelyで許可されませんでした", TextJa: "連携していません。" + againJa,
	}
}

func notConfigured() page {
	return page{
		status: http.StatusNotFound, reason: "not configured",
		Title: "This link is not configured", Text: "The gateway has no such link to Carely any more.",
		TitleJa: "この連携は設定されていません", TextJa: "ゲートウェイにこのCarelyの連携がありません。",
	}
}

func noStore() page {
	return page{
		status: http.StatusServiceUnavailable, reason: "store",
		Title: "The gateway cannot do this now", Text: "Its store does not answer." + again,
		TitleJa: "ただいま処理できません", TextJa: "ゲートウェイの保存領域が応答しません。" + againJa,
	}
}

func failed() page {
	return page{
		status: http.StatusBadGateway, reason: "exchange",
		Title: "Carely was not linked", Text: "Carely allowed it, and then did not give a credential." + again,
		TitleJa: "連携できませんでした", TextJa: "許可されましたが、トークンを取得できませんでした。" + againJa,
	}
}

func linked() page {
	return page{
		status: http.StatusOK,
		Title:  "Carely is linked", Text: "You may close this page.",
		TitleJa: "Carelyと連携しました", TextJa: "このページを閉じてください。",
	}
}

const pageText = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Hitotsu: {{.Title}}</title>
<main><h1>{{.Title}}</h1><p>{{.Text}}</p>{{with .Detail}}<p>({{.}})</p>{{end}}
<section lang="ja"><h2>{{.TitleJa}}</h2><p>{{.TextJa}}</p></section></main></html>
`

func show(w http.ResponseWriter, p page) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.status)
	// The page is a constant; what can fail is a browser that is gone.
	_ = template.Must(template.New("page").Parse(pageText)).Execute(w, p)
}
