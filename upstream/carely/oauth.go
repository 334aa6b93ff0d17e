package carely

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/internal/flex"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// The scopes. Overtimes need customer:read beside their own.
const (
	ScopeCustomerRead  = "customer:read"
	ScopeCustomerWrite = "customer:write"
	ScopeOvertimeRead  = "overtime:read"
	ScopeOvertimeWrite = "overtime:write"
)

// OAuthOptions configure an OAuth.
type OAuthOptions struct {
	// SiteURL is the OAuth site, before /corporate_manager; needed.
	SiteURL string
	// ClientID and ClientSecret are the application's; needed.
	ClientID, ClientSecret string
	// RedirectURL is the application's callback, needed to link.
	RedirectURL string
	// Scopes are asked for when linking.
	Scopes []string
	// Transport sends the requests, without a token layer; needed.
	Transport *transport.Client
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// Grant is what the token endpoint gave. Each refresh spends the refresh token:
// store the grant before its first use.
type Grant struct {
	AccessToken, RefreshToken string
	// ExpiresAt is zero when the answer does not tell; the document says a day.
	ExpiresAt time.Time
	// Scope is separated by spaces.
	Scope string
}

// Introspection is the state of an access token. A dead one tells nothing else.
type Introspection struct {
	Active    bool
	Scope     string
	ExpiresAt time.Time
}

// OAuth speaks to the OAuth site. It is not part of Client because a client's
// tokens depend on it. None of its calls is ever sent twice.
type OAuth struct {
	opts OAuthOptions
	site *url.URL
}

// NewOAuth returns an OAuth, or an error that says which option cannot work.
func NewOAuth(opts OAuthOptions) (*OAuth, error) {
	site, err := transport.ParseBase(opts.SiteURL)
	if err != nil {
		return nil, fmt.Errorf("carely: oauth: %w", err)
	}
	if opts.ClientID == "" || opts.ClientSecret == "" || opts.Transport == nil {
		return nil, errors.New("carely: oauth: client id, client secret and transport are needed")
	}
	if opts.RedirectURL != "" {
		if u, err := url.Parse(opts.RedirectURL); err != nil || u.Host == "" {
			return nil, errors.New("carely: oauth: the redirect URL is not absolute")
		}
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &OAuth{opts: opts, site: site}, nil
}

func (o *OAuth) endpoint(name string) *url.URL {
	return transport.Join(o.site, "corporate_manager", "oauth", name)
}

// AuthorizeURL is where an admin of Carely allows the application. state comes
// back with the code and must be compared. challenge is the S256 challenge of
// RFC 7636 whose verifier Exchange sends. The document names no such parameter;
// a server that does not know it must ignore it (RFC 6749, 3.1).
func (o *OAuth) AuthorizeURL(state, challenge string) string {
	u := o.endpoint("authorize")
	u.RawQuery = url.Values{
		"client_id":             {o.opts.ClientID},
		"response_type":         {"code"},
		"scope":                 {strings.Join(o.opts.Scopes, " ")},
		"redirect_uri":          {o.opts.RedirectURL},
		"state":                 {state},
		"code_challenge":        {challenge},
		"code_challenge_method": {"S256"},
	}.Encode()
	return u.String()
}

// Exchange turns the code of the callback into a grant. verifier is that of the
// challenge.
func (o *OAuth) Exchange(ctx context.Context, code, verifier string) (Grant, error) {
	return o.grant(ctx, "carely.exchangeCode", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {o.opts.RedirectURL},
		"code_verifier": {verifier},
	})
}

// Refresh spends a refresh token. A token that is spent already, or unknown, is
// UpstreamUnauthorized with vendor code invalid_grant.
func (o *OAuth) Refresh(ctx context.Context, refreshToken string) (Grant, error) {
	return o.grant(ctx, "carely.refreshToken", url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {refreshToken},
	})
}

func (o *OAuth) grant(ctx context.Context, operation string, form url.Values) (Grant, error) {
	var w struct {
		AccessToken string `json:"access_token"`
		// The document's table misspells the key.
		AccesToken   string    `json:"acces_token"`
		TokenType    string    `json:"token_type"`
		ExpiresIn    flex.Text `json:"expires_in"`
		RefreshToken string    `json:"refresh_token"`
		Scope        string    `json:"scope"`
	}
	asked := o.opts.Now()
	if err := o.post(ctx, operation, "token", form, &w); err != nil {
		return Grant{}, err
	}
	if w.AccessToken == "" {
		w.AccessToken = w.AccesToken
	}
	switch {
	case w.AccessToken == "":
		return Grant{}, o.bad("the answer holds no access token")
	case w.RefreshToken == "":
		// Without it the link dies with the access token, a day later.
		return Grant{}, o.bad("the answer holds no refresh token")
	case w.TokenType != "" && !strings.EqualFold(w.TokenType, "bearer"):
		return Grant{}, o.bad("the answer holds a token of an unknown type")
	}
	g := Grant{AccessToken: w.AccessToken, RefreshToken: w.RefreshToken, Scope: w.Scope}
	if s, err := strconv.ParseInt(string(w.ExpiresIn), 10, 64); err == nil && s > 0 && s < 1<<31 {
		g.ExpiresAt = asked.Add(time.Duration(s) * time.Second)
	}
	return g, nil
}

// Introspect tells whether an access token lives.
func (o *OAuth) Introspect(ctx context.Context, accessToken, refreshToken string) (Introspection, error) {
	var w struct {
		Active *bool  `json:"active"`
		Scope  string `json:"scope"`
		Exp    int64  `json:"exp"`
	}
	form := url.Values{"token": {accessToken}, "refresh_token": {refreshToken}}
	if err := o.post(ctx, "carely.introspectToken", "introspect", form, &w); err != nil {
		return Introspection{}, err
	}
	if w.Active == nil {
		return Introspection{}, o.bad("the answer does not say whether the token is active")
	}
	in := Introspection{Active: *w.Active, Scope: w.Scope}
	if w.Exp > 0 {
		in.ExpiresAt = time.Unix(w.Exp, 0)
	}
	return in, nil
}

// Revoke ends an access token. The site says the same whatever happened: verify
// with Introspect.
func (o *OAuth) Revoke(ctx context.Context, accessToken, refreshToken string) error {
	var w struct{}
	form := url.Values{"token": {accessToken}, "refresh_token": {refreshToken}}
	return o.post(ctx, "carely.revokeToken", "revoke", form, &w)
}

func (o *OAuth) post(ctx context.Context, operation, name string, form url.Values, into any) error {
	t := o.opts.Transport
	form.Set("client_id", o.opts.ClientID)
	form.Set("client_secret", o.opts.ClientSecret)
	body := form.Encode()
	answer, err := t.Do(ctx, transport.Call{
		Operation: operation,
		Build: func(ctx context.Context, _ string) (*http.Request, error) {
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.endpoint(name).String(), strings.NewReader(body))
			if err != nil {
				return nil, err
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Accept", "application/json")
			return r, nil
		},
		Check: o.check,
	})
	if err != nil {
		return err
	}
	return t.Decode(answer, into)
}

// check reads the site's errors: {"error", "error_description"} with 400 or 401.
// No text of the vendor shows one; the form is the usual one of its software.
func (o *OAuth) check(r *transport.Response) error {
	if r.Status != http.StatusBadRequest && r.Status != http.StatusUnauthorized {
		return nil
	}
	var w struct {
		Error string `json:"error"`
	}
	// What cannot be read is judged by its status.
	_ = json.Unmarshal(r.Body, &w)
	code := transport.VendorCode(w.Error)
	fe := o.opts.Transport.Fault(fault.UpstreamRefused, "Carely's OAuth site refused the request")
	if r.Status == http.StatusUnauthorized || code == "invalid_grant" || code == "invalid_client" {
		fe = o.opts.Transport.Fault(fault.UpstreamUnauthorized,
			"Carely's OAuth site refuses the credential; link Carely anew if this stays")
	}
	fe.VendorCode = code
	return fe
}

func (o *OAuth) bad(what string) error {
	return o.opts.Transport.Fault(fault.UpstreamBadResponse, what)
}
