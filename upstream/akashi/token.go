package akashi

import (
	"context"
	"net/http"
	"time"

	"github.com/hitotsu/hitotsu/upstream/transport"
)

// Grant is a token that AKASHI gave (6.9).
type Grant struct {
	Token string
	// ExpiresAt is zero when the answer has none that can be read; a token lives
	// a month and a day (section 4).
	ExpiresAt time.Time
	StaffID   StaffID
}

// Reissuer exchanges tokens. It is not part of Client because a client's tokens
// depend on it.
type Reissuer struct{ c *Client }

// NewReissuer returns a Reissuer. The transport of opts must have no token
// layer.
func NewReissuer(opts Options) (*Reissuer, error) {
	c, err := New(opts)
	if err != nil {
		return nil, err
	}
	return &Reissuer{c: c}, nil
}

// ReissueToken exchanges a live token for a new one (6.9). It is sent once: when
// the answer is lost, nobody can tell whether the old token still lives. An
// expired or unknown token is UpstreamUnauthorized.
func (r *Reissuer) ReissueToken(ctx context.Context, token string) (Grant, error) {
	type response struct {
		StaffID   num  `json:"staff_id"`
		Token     text `json:"token"`
		ExpiredAt text `json:"expired_at"`
	}
	var env envelope[response]
	_, err := r.c.t.Do(ctx, transport.Call{
		Operation: "akashi.reissueToken",
		Build: func(ctx context.Context, _ string) (*http.Request, error) {
			u := transport.Join(r.c.base, "token", "reissue", r.c.opts.Company)
			return jsonBody(ctx, http.MethodPost, u, map[string]any{"token": token})
		},
		Check: func(resp *transport.Response) error { return open(r.c.t, resp, &env) },
	})
	if err != nil {
		return Grant{}, err
	}
	if env.Response.Token == "" {
		return Grant{}, r.c.bad("the answer holds no token")
	}
	// An unreadable expiry must not lose the token, which may be the only one.
	expires, _ := parseTime(string(env.Response.ExpiredAt))
	return Grant{
		Token: string(env.Response.Token), ExpiresAt: expires, StaffID: StaffID(env.Response.StaffID.N),
	}, nil
}
