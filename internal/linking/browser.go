package linking

import (
	"context"
	"crypto/subtle"
	"errors"
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
		f.refuse(ctx, w, "start", n.Link, err, badTicket)
		return
	}
	site, err := f.site(n.Link)
	if err != nil {
		f.refuse(ctx, w, "start", n.Link, err, notConfigured)
		return
	}
	state, verifier := random(), random()
	err = f.keep(ctx, stateKey(state), note{
		Link: n.Link, Ends: f.opts.Now().Add(life), Challenge: challenge(verifier),
	})
	if err != nil {
		f.refuse(ctx, w, "start", n.Link, err, noStore)
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
		f.refuse(ctx, w, "callback", "", err, badState)
		return
	}
	site, err := f.site(n.Link)
	if err != nil {
		f.refuse(ctx, w, "callback", n.Link, err, notConfigured)
		return
	}
	cookie, err := r.Cookie(cookieName(state))
	if err != nil || subtle.ConstantTimeCompare([]byte(challenge(cookie.Value)), []byte(n.Challenge)) != 1 {
		// The state stays: the browser that began may still come.
		f.refuse(ctx, w, "callback", n.Link, errUsed, otherBrowser)
		return
	}
	if err := f.spend(ctx, key, version); err != nil {
		f.refuse(ctx, w, "callback", n.Link, err, badState)
		return
	}
	setCookie(w, site, state, "", -1)
	if q.Get("error") != "" || q.Get("code") == "" {
		f.refuse(ctx, w, "callback", n.Link, errUsed, notAllowed)
		return
	}
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), exchangeTime)
	defer cancel()
	if err := site.Link(work, q.Get("code"), cookie.Value); err != nil {
		f.refuse(ctx, w, "callback", n.Link, err, failed)
		return
	}
	f.opts.Log.LogAttrs(ctx, slog.LevelInfo, "linked in a browser",
		slog.String("system", system), slog.String("link", n.Link))
	show(w, linked, "")
}

func onlyGet(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet {
		return true
	}
	w.Header().Set("Allow", http.MethodGet)
	show(w, wrongMethod, "")
	return false
}

// refuse shows a page and logs why, without anything of the request. An error
// that is not about the request itself has a page of its own.
func (f *Flow) refuse(ctx context.Context, w http.ResponseWriter, step, link string, err error, end ending) {
	fe, isFault := errors.AsType[*fault.Error](err)
	if !isFault && !errors.Is(err, errUsed) {
		end = noStore
	}
	attrs := []slog.Attr{slog.String("system", system), slog.String("step", step), slog.String("reason", string(end))}
	if link != "" {
		attrs = append(attrs, slog.String("link", link))
	}
	detail := ""
	if isFault {
		attrs = append(attrs, slog.String("code", string(fe.Code)))
		detail = fe.Message
	}
	f.opts.Log.LogAttrs(ctx, slog.LevelWarn, "linking refused", attrs...)
	show(w, end, detail)
}
