package app

import (
	"context"
	"fmt"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/vault"
)

// The kinds of credentials a link has.
const (
	kindCompany  = "company"
	kindEmployee = "employee"
)

// TokenState is what is to be said of a credential.
type TokenState string

// The states.
const (
	// TokenOK: it is renewed by itself.
	TokenOK TokenState = "OK"
	// TokenStatic: it never changes by itself and has no known end.
	TokenStatic TokenState = "STATIC"
	// TokenOnDemand: it is fetched when needed and not kept.
	TokenOnDemand TokenState = "ON_DEMAND"
	// TokenRelinkNeeded: the system does not accept it any more.
	TokenRelinkNeeded TokenState = "RELINK_NEEDED"
	// TokenExpired: it has ended and cannot be exchanged.
	TokenExpired TokenState = "EXPIRED"
	// TokenNotStored: there is none.
	TokenNotStored TokenState = "NOT_STORED"
)

// TokenCredential is what may be shown of a credential.
type TokenCredential struct {
	System string `json:"system"`
	Link   string `json:"link"`
	// Kind is company or employee; Owner is the employee code.
	Kind  string     `json:"kind"`
	Owner string     `json:"owner,omitempty"`
	State TokenState `json:"state"`
	// ExpiresAt is zero when unknown or never. With ExpiryIsLatest it is only
	// known that the end is not later.
	ExpiresAt      time.Time `json:"expires_at,omitzero"`
	ExpiryIsLatest bool      `json:"expiry_is_latest,omitempty"`
	// RenewAt is when it is exchanged next.
	RenewAt time.Time `json:"renew_at,omitzero"`
	// Generation counts the credentials this link has had.
	Generation uint64 `json:"generation"`
	// Note says what else there is to know, or what to do.
	Note string `json:"note,omitempty"`
	// Works is the answer of a test.
	Works *bool `json:"works,omitempty"`
}

// list tells of every credential that is configured or stored.
func (d *desk) list(ctx context.Context) ([]TokenCredential, error) {
	entries, err := d.vault.List(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]TokenCredential, 0, len(entries))
	for i := range entries {
		c := d.describe(&entries[i])
		if !c.ExpiresAt.IsZero() {
			c.ExpiresAt = c.ExpiresAt.In(hr.JST).Truncate(time.Second)
		}
		if !c.RenewAt.IsZero() {
			c.RenewAt = c.RenewAt.In(hr.JST).Truncate(time.Second)
		}
		out = append(out, c)
	}
	return out, nil
}

// akashiLife is how long a new token of AKASHI lives (4, a month and a day). Of
// one whose end nobody told it is only known that it ends not later.
func akashiLife(from time.Time) time.Time { return from.AddDate(0, 1, 1) }

func (d *desk) describe(e *vault.Entry) TokenCredential {
	c := TokenCredential{
		System: e.ID.System, Link: e.ID.Link, Kind: e.ID.Kind, Owner: e.ID.Owner, State: TokenOK,
		ExpiresAt: e.ExpiresAt, Generation: e.Generation,
	}
	source, ok := d.vault.Lookup(e.ID)
	if !ok && e.ID.Kind != kindEmployee {
		c.Note = "no link of this name is configured, so nobody renews it"
		return c
	}
	var st vault.Status
	if ok {
		st = source.Status()
		c.RenewAt = st.RenewAt
	}
	switch {
	case e.ID.System == string(hr.Jobcan):
		c.State, c.ExpiresAt = TokenOnDemand, st.ExpiresAt
		c.Note = "fetched with the client's id and secret whenever it is needed; kept in memory only"
	case e.Lost || ok && st.NeedsRelink && e.Stored:
		c.State, c.Note = TokenRelinkNeeded, st.Remedy
	case e.Generation == 0 || ok && st.NeedsRelink:
		c.State, c.ExpiresAt, c.Note = TokenNotStored, time.Time{}, "to link it: "+addCommand(e.ID)
	case e.ID.System == string(hr.Yesod):
		c.State, c.Note = TokenStatic, "no end is documented"
	case !c.ExpiresAt.IsZero() && !d.now().Before(c.ExpiresAt) && !e.HasRefresh:
		c.State, c.Note = TokenExpired, "an expired token cannot be exchanged; "+addCommand(e.ID)
	case c.ExpiresAt.IsZero() && e.ID.System == string(hr.Akashi):
		c.ExpiresAt, c.ExpiryIsLatest = akashiLife(e.ObtainedAt), true
		c.Note = "the exact end is known after the first exchange"
	case c.ExpiresAt.IsZero() && e.HasRefresh:
		c.Note = "a refresh token, exchanged at the first use"
	}
	if e.InFlight {
		c.Note = "an exchange is under way, or its answer was lost"
	}
	if st.LastError != "" && c.State == TokenOK {
		c.Note = "the last exchange failed: " + st.LastError
	}
	return c
}

// addCommand is what gives a link a new credential.
func addCommand(id vault.ID) string {
	system := ""
	for name, s := range TokenSystems() {
		if string(s) == id.System {
			system = name
		}
	}
	text := "hitotsu token add " + system
	if id.Link != hr.DefaultLink {
		text += " --link " + id.Link
	}
	if id.Owner != "" {
		text += " --employee " + id.Owner
	}
	return text
}

// test makes one harmless call with each credential that the request names.
func (d *desk) test(ctx context.Context, r TokenRequest) (TokenAnswer, error) {
	all, err := d.list(ctx)
	if err != nil {
		return TokenAnswer{}, err
	}
	var a TokenAnswer
	for _, c := range all {
		switch {
		case r.System != "" && (c.System != string(r.System) || c.Link != r.Link):
		case c.Owner != r.Employee && (r.System != "" || r.Employee != ""):
		default:
			a.Credentials = append(a.Credentials, d.tried(ctx, c))
		}
	}
	if len(a.Credentials) == 0 {
		return a, fault.New(fault.NotFound, "no such credential; hitotsu token list shows those there are")
	}
	return a, nil
}

// tried is a credential after its test.
func (d *desk) tried(ctx context.Context, c TokenCredential) TokenCredential {
	works := false
	c.Works = &works
	request := TokenRequest{System: TokenSystemOf(c.System), Link: c.Link, Employee: c.Owner}
	s, err := d.state(request)
	if err != nil {
		c.Note = fault.From(err).Message
		return c
	}
	var told string
	if c.Owner != "" {
		told, err = s.people.test(ctx, c.Owner)
	} else {
		told, err = s.test(ctx)
	}
	if err != nil {
		c.Note = fault.From(err).Error()
		return c
	}
	works, c.Note = true, told
	// The test may have renewed it.
	if source, ok := d.vault.Lookup(request.id()); ok {
		if st := source.Status(); !st.ExpiresAt.IsZero() {
			c.ExpiresAt, c.ExpiryIsLatest = st.ExpiresAt.In(hr.JST).Truncate(time.Second), false
		}
	}
	return c
}

// clockJST writes an instant as people in Japan read it.
func clockJST(t time.Time) string { return t.In(hr.JST).Format("2006-01-02 15:04") + " JST" }

// untilJST adds how far away it is.
func untilJST(t, now time.Time) string { return clockJST(t) + " (" + Distance(t.Sub(now)) + ")" }

// Distance says how far away an instant is: "in 12 days", "3 h ago".
func Distance(d time.Duration) string {
	ahead := d >= 0
	d = d.Abs()
	var text string
	switch {
	case d >= 48*time.Hour:
		text = fmt.Sprintf("%d days", int(d/(24*time.Hour)))
	case d >= 2*time.Hour:
		text = fmt.Sprintf("%d h", int(d/time.Hour))
	default:
		text = fmt.Sprintf("%d min", int(d/time.Minute))
	}
	if ahead {
		return "in " + text
	}
	return text + " ago"
}
