// Package linking lets an administrator of Carely allow the gateway, in a
// browser or at a terminal.
//
// A browser has no bearer token, so an operator makes a ticket: a URL that works
// once, within ten minutes. It sends the browser to Carely with a random state
// and a PKCE challenge. The verifier stays in a cookie of that browser and its
// challenge beside the state in the store, so that
//
//   - any replica can take the callback;
//   - a state that somebody else began, that was used before or that is too old
//     is refused before anything is asked of Carely;
//   - what is stored is worth nothing to whoever reads it.
//
// Whatever goes wrong, the credential that is stored stays.
//
// linking may import internal/store and internal/fault. What a credential is,
// and where it is kept, its caller says.
package linking

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
)

// Where the gateway serves the flow. Behind a proxy a prefix may come first.
const (
	StartPath    = "/oauth/carely/start"
	CallbackPath = "/oauth/carely/callback"
)

// life is how long a ticket, and a state, is good.
const life = 10 * time.Minute

// Site is where the administrators of one link allow the gateway.
type Site struct {
	// CallbackURL is registered with Carely: where it sends the browser back to.
	CallbackURL string
	// AuthorizeURL is Carely's page.
	AuthorizeURL func(state, challenge string) string
	// Link gives a code for a credential and stores that.
	Link func(ctx context.Context, code, verifier string) error
}

// Options configures a Flow. Documents and Sites are needed.
type Options struct {
	// Documents keeps tickets and states.
	Documents store.Documents
	// Sites holds the links by their names.
	Sites map[string]Site
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log gets an event for each link made or refused; nil logs nothing.
	Log *slog.Logger
}

// Flow makes links. It is safe for concurrent use.
type Flow struct {
	opts Options
}

// New returns a Flow.
func New(opts Options) *Flow {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return &Flow{opts: opts}
}

// Attempt is an authorization that was begun at a terminal.
type Attempt struct {
	// URL is Carely's page, for the administrator.
	URL string
	// State comes back beside the code and must be the same.
	State string
	// Verifier goes with the code to Finish.
	Verifier string
}

// Begin begins an authorization whose code is brought back by hand. Nothing is
// stored.
func (f *Flow) Begin(link string) (Attempt, error) {
	site, err := f.site(link)
	if err != nil {
		return Attempt{}, err
	}
	state, verifier := random(), random()
	return Attempt{URL: site.AuthorizeURL(state, challenge(verifier)), State: state, Verifier: verifier}, nil
}

// Finish gives the code of an Attempt for a credential and stores that.
func (f *Flow) Finish(ctx context.Context, link, code, verifier string) error {
	site, err := f.site(link)
	if err != nil {
		return err
	}
	return site.Link(ctx, code, verifier)
}

// Ticket returns the URL that begins an authorization in the browser that opens
// it, once, and when it ends.
func (f *Flow) Ticket(ctx context.Context, link string) (address string, ends time.Time, err error) {
	site, err := f.site(link)
	if err != nil {
		return "", time.Time{}, err
	}
	start, err := url.Parse(site.CallbackURL)
	if err != nil || !strings.HasSuffix(start.Path, CallbackPath) {
		return "", time.Time{}, fault.Upstream(fault.Misconfigured, system, link, "the redirect URL of this link does not "+
			"end in "+CallbackPath+", so Carely does not send browsers to the gateway; use: hitotsu token add carely")
	}
	f.sweep(ctx)
	ticket := random()
	ends = f.opts.Now().Add(life)
	if err := f.keep(ctx, ticketKey(ticket), note{Link: link, Ends: ends}); err != nil {
		return "", time.Time{}, err
	}
	start.Path = strings.TrimSuffix(start.Path, CallbackPath) + StartPath
	start.RawQuery = url.Values{"ticket": {ticket}}.Encode()
	return start.String(), ends, nil
}

const system = "CARELY"

func (f *Flow) site(link string) (Site, error) {
	site, ok := f.opts.Sites[link]
	switch {
	case !ok:
		return Site{}, fault.Upstream(fault.NotConnected, system, link, "no link of this name to Carely is configured")
	case site.CallbackURL == "":
		return Site{}, fault.Upstream(fault.Misconfigured, system, link, "this link has no redirect URL; set "+
			"HITOTSU_CARELY_REDIRECT_URL to the one that is registered with Carely")
	}
	return site, nil
}

// cookiePath is where the browser sends the cookie: below the public URL of the
// callback, which a proxy may have moved.
func (s Site) cookiePath() string {
	u, err := url.Parse(s.CallbackURL)
	if err != nil {
		return "/"
	}
	return path.Dir(u.Path)
}

func (s Site) secure() bool { return strings.HasPrefix(s.CallbackURL, "https://") }

// note is what is stored of a ticket or of a state.
type note struct {
	Link string    `json:"link"`
	Ends time.Time `json:"ends"`
	// Challenge is that of the browser that began; a ticket has none.
	Challenge string `json:"challenge,omitempty"`
	// Spent marks a note between its use and its removal.
	Spent bool `json:"spent,omitempty"`
}

const keyPrefix = "linking/"

func ticketKey(ticket string) string { return keyPrefix + "ticket/" + digest(ticket) }
func stateKey(state string) string   { return keyPrefix + "state/" + digest(state) }

// digest keeps what opens something out of the store.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// random is 256 bits in 43 characters, as RFC 7636 wants a verifier.
func random() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (f *Flow) keep(ctx context.Context, key string, n note) error {
	value, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("linking: %w", err)
	}
	if _, err := f.opts.Documents.Put(ctx, key, value, 0); err != nil {
		return fault.New(fault.UpstreamUnavailable,
			"the gateway's store does not answer; check the data directory or Redis, and try again").Because(err)
	}
	return nil
}

var errUsed = errors.New("linking: used, foreign or too old")

// look returns a note that is good, with its version; errUsed if there is none.
func (f *Flow) look(ctx context.Context, key string) (note, uint64, error) {
	doc, err := f.opts.Documents.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return note{}, 0, errUsed
	}
	if err != nil {
		return note{}, 0, fmt.Errorf("linking: %w", err)
	}
	var n note
	if json.Unmarshal(doc.Value, &n) != nil || n.Spent || !f.opts.Now().Before(n.Ends) {
		return note{}, 0, errUsed
	}
	return n, doc.Version, nil
}

// spend makes a note worthless; one of several that try succeeds, the others get
// errUsed.
func (f *Flow) spend(ctx context.Context, key string, version uint64) error {
	value, err := json.Marshal(note{Spent: true, Ends: f.opts.Now()})
	if err != nil {
		return fmt.Errorf("linking: %w", err)
	}
	spent, err := f.opts.Documents.Put(ctx, key, value, version)
	if errors.Is(err, store.ErrConflict) {
		return errUsed
	}
	if err != nil {
		return fmt.Errorf("linking: %w", err)
	}
	// What cannot be removed is swept later.
	_ = f.opts.Documents.Delete(ctx, key, spent)
	return nil
}

// sweep removes what is too old. It is done when a ticket is made, which is
// rare, and its failure leaves a few small documents for the next time.
func (f *Flow) sweep(ctx context.Context) {
	keys, err := f.opts.Documents.List(ctx, keyPrefix)
	if err != nil {
		return
	}
	for _, key := range keys {
		doc, err := f.opts.Documents.Get(ctx, key)
		if err != nil {
			continue
		}
		var n note
		if json.Unmarshal(doc.Value, &n) != nil || !f.opts.Now().Before(n.Ends) {
			_ = f.opts.Documents.Delete(ctx, key, doc.Version)
		}
	}
}
