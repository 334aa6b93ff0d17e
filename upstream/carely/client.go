package carely

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/Khan/genqlient/graphql"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/internal/flex"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// Options configure a Client.
type Options struct {
	// URL is the GraphQL endpoint; needed.
	URL string
	// Transport sends the requests; needed.
	Transport *transport.Client
	// PageSize is the page asked for, 1 to 100; default MaxPageSize.
	PageSize int
	// OvertimeArguments replace the names thought of, each where it is not empty.
	OvertimeArguments OvertimeArguments
}

// MaxPageSize is the largest page seen; a larger one is thought to be cut to it.
const MaxPageSize = 100

// maxPages ends a listing whose pages never end.
const maxPages = 2000

// Client reads and writes with one access token. It is safe for concurrent use;
// all its errors are *fault.Error.
type Client struct {
	t         *transport.Client
	url       *url.URL
	page      int
	overtimes OvertimeArguments
}

// New returns a Client, or an error that says which option cannot work.
func New(opts Options) (*Client, error) {
	u, err := transport.ParseBase(opts.URL)
	if err != nil {
		return nil, fmt.Errorf("carely: %w", err)
	}
	if opts.Transport == nil {
		return nil, errors.New("carely: a transport is needed")
	}
	if opts.PageSize == 0 {
		opts.PageSize = MaxPageSize
	}
	if opts.PageSize < 1 || opts.PageSize > MaxPageSize {
		return nil, errors.New("carely: the page size is 1 to 100")
	}
	names, err := opts.OvertimeArguments.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Client{t: opts.Transport, url: u, page: opts.PageSize, overtimes: names}, nil
}

var _ graphql.Client = (*Client)(nil)

// MakeRequest implements genqlient's graphql.Client on the transport chain.
// genqlient's own client sits above http.Client, whose errors quote URLs, and
// passes the server's error texts on. A mutation is sent once.
func (c *Client) MakeRequest(ctx context.Context, req *graphql.Request, resp *graphql.Response) error {
	return c.json(ctx, req, resp, !strings.HasPrefix(strings.TrimSpace(req.Query), "mutation"))
}

func (c *Client) json(ctx context.Context, req *graphql.Request, resp *graphql.Response, idempotent bool) error {
	body, err := json.Marshal(req)
	if err != nil {
		return c.t.Fault(fault.Internal, "the request could not be encoded")
	}
	return c.send(ctx, req.OpName, payload{"application/json", body}, resp, idempotent)
}

// payload is the body of a request.
type payload struct {
	contentType string
	body        []byte
}

func (c *Client) send(ctx context.Context, operation string, p payload, resp *graphql.Response, idempotent bool) error {
	var env envelope
	answer, err := c.t.Do(ctx, transport.Call{
		Operation:  "carely." + operation,
		Idempotent: idempotent,
		// The token is checked in front of the GraphQL server.
		RetryUnauthorized: true,
		Build: func(ctx context.Context, token string) (*http.Request, error) {
			return c.request(ctx, token, p)
		},
		Check: func(r *transport.Response) error {
			env = envelope{}
			return c.open(r, &env)
		},
	})
	if err != nil {
		return err
	}
	data := &transport.Response{Status: answer.Status, Body: env.Data}
	return c.t.Decode(data, resp.Data)
}

func (c *Client) request(ctx context.Context, token string, p payload) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url.String(), bytes.NewReader(p.body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", p.contentType)
	r.Header.Set("Accept", "application/json")
	return r, nil
}

// envelope is a GraphQL answer.
type envelope struct {
	Data   json.RawMessage     `json:"data"`
	Errors flex.List[topError] `json:"errors"`
}

// open reads a GraphQL answer. Data that comes with errors is partial and not
// used: what is missing in it cannot be told from what does not exist.
func (c *Client) open(r *transport.Response, env *envelope) error {
	ok := r.Status >= 200 && r.Status <= 299
	// The vendor's client reads 200 and 400 alike, so both may hold errors.
	if !ok && r.Status != http.StatusBadRequest {
		return nil
	}
	if err := c.t.Decode(r, env); err != nil {
		if ok {
			return err
		}
		return nil
	}
	if len(env.Errors) == 0 {
		if ok && (len(env.Data) == 0 || string(env.Data) == "null") {
			return c.t.Fault(fault.UpstreamBadResponse, "the answer has neither data nor errors")
		}
		return nil
	}
	refusal, code := topRefusal(env.Errors)
	fe := c.t.Fault(fault.UpstreamRefused, "Carely refused the operation")
	switch m := strings.ToLower(strings.TrimSpace(env.Errors[0].Message.text())); {
	// The document shows a spent token so; servers are thought to answer 401.
	case strings.HasPrefix(m, "401"), m == "unauthorized":
		return c.t.Fault(fault.UpstreamUnauthorized, "Carely refuses the access token; link it anew if this stays")
	case strings.HasPrefix(m, "429"):
		return c.t.Fault(fault.UpstreamRateLimited, "Carely asks for fewer requests; try again later")
	}
	fe.VendorCode = code
	return fe.Because(refusal)
}

// bad says that an answer lacks what the document promises.
func (c *Client) bad(what string) error { return c.t.Fault(fault.UpstreamBadResponse, what) }
