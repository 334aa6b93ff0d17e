package akashi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/internal/flex"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// Options configure a Client or a Reissuer.
type Options struct {
	// BaseURL ends in /api/cooperation (section 1); needed.
	BaseURL string
	// Company is the AKASHI企業ID, the path segment after the base; needed.
	Company string
	// Transport sends the requests; needed. A Client's has the token layer, a
	// Reissuer's has not.
	Transport *transport.Client
	// LenientBreaks sends end_date together with include_break_results, which
	// 6.11 forbids and live servers were seen to accept. Off, breaks are asked
	// for one day at a time.
	LenientBreaks bool
	// ProjectDates is the form of dates in the queries of 6.16 and 6.28, where
	// table and sample differ; default Compact, the sample's.
	ProjectDates DateForm
	// ManhourDates is the form of dates in the queries of 6.24 and 6.25, which
	// no text states; default CompactTime, the only one seen to work in 6.25.
	ManhourDates DateForm
	// WriteDates is the form of days in the bodies of 6.18, 6.26 and 6.27, where
	// the tables say yyyy/mm/dd and the samples show yyyymmdd; default Slashed.
	// Live servers were seen to take Compact in 6.26. The other writes always send
	// yyyy/mm/dd, padded.
	WriteDates DateForm
	// PostStaffs and PostWorkingConditions send 6.3 and 6.12 by POST, which their
	// samples show, and not by PATCH, which their tables say.
	PostStaffs, PostWorkingConditions bool
	// StaffPath is where 6.5 retires and deletes; default StaffThenStaffs.
	StaffPath StaffPath
	// MachineDependent1 and MachineDependent2 hold the characters of the two sets
	// that section 4 shows as pictures. What they hold is refused before it is
	// sent; empty, control characters only.
	MachineDependent1, MachineDependent2 string
}

// StaffPath is the path of 6.5, which says staff where all others say staffs.
type StaffPath string

// The paths of 6.5.
const (
	// StaffThenStaffs asks /staff/{id}, the document's, and /staffs/{id} only when
	// the answer is 404 and not AKASHI's own.
	StaffThenStaffs StaffPath = "staff-then-staffs"
	// StaffOnly asks /staff/{id}.
	StaffOnly StaffPath = "staff"
	// StaffsOnly asks /staffs/{id}.
	StaffsOnly StaffPath = "staffs"
)

// Client speaks for one company of AKASHI with one token. It is safe for concurrent
// use; all its errors are *fault.Error.
type Client struct {
	opts Options
	base *url.URL
	t    *transport.Client
}

// New returns a Client, or an error that says which option cannot work.
func New(opts Options) (*Client, error) {
	base, err := transport.ParseBase(opts.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("akashi: %w", err)
	}
	if opts.Company == "" || strings.ContainsAny(opts.Company, "/?#") {
		return nil, errors.New("akashi: the company id is missing or not a path segment")
	}
	if opts.Transport == nil {
		return nil, errors.New("akashi: a transport is needed")
	}
	if opts.ProjectDates == "" {
		opts.ProjectDates = Compact
	}
	if opts.ManhourDates == "" {
		opts.ManhourDates = CompactTime
	}
	if opts.WriteDates == "" {
		opts.WriteDates = Slashed
	}
	if opts.StaffPath == "" {
		opts.StaffPath = StaffThenStaffs
	}
	if opts.WriteDates != Slashed && opts.WriteDates != Compact {
		return nil, errors.New("akashi: days are written as yyyy/mm/dd or yyyymmdd")
	}
	if opts.StaffPath != StaffThenStaffs && opts.StaffPath != StaffOnly && opts.StaffPath != StaffsOnly {
		return nil, errors.New("akashi: unknown path of a staff")
	}
	if !opts.ProjectDates.valid() || !opts.ManhourDates.valid() {
		return nil, errors.New("akashi: unknown form of dates")
	}
	return &Client{opts: opts, base: base, t: opts.Transport}, nil
}

// WithTokens returns a client that acts as another token's owner and shares the
// limits of this one. Alerts and stamping are only possible as oneself.
func (c *Client) WithTokens(tokens transport.Tokens) *Client {
	other := *c
	other.t = c.t.WithTokens(tokens)
	return &other
}

// get reads path below the company with the token in the query, as every GET of
// the document has it, and decodes the response member into T.
func get[T any](ctx context.Context, c *Client, operation string, query url.Values, path ...string) (T, error) {
	target := transport.Join(c.base, append([]string{c.opts.Company}, path...)...)
	var env envelope[T]
	_, err := c.t.Do(ctx, transport.Call{
		Operation:  operation,
		Idempotent: true,
		Build: func(ctx context.Context, token string) (*http.Request, error) {
			u := *target
			q := url.Values{"token": {token}}
			maps.Copy(q, query)
			u.RawQuery = q.Encode()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
			if err == nil {
				req.Header.Set("Accept", "application/json")
			}
			return req, err
		},
		Check: func(resp *transport.Response) error {
			env = envelope[T]{}
			return open(c.t, resp, &env)
		},
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return *env.Response, nil
}

// envelope is 5.1.1 with every variant seen: code and message at the top level,
// "messages" for "message" (6.1), success with errors (6.3).
type envelope[T any] struct {
	Success  flag              `json:"success"`
	Response *T                `json:"response"`
	Errors   list[vendorError] `json:"errors"`
	Code     text              `json:"code"`
	Message  text              `json:"message"`
}

type vendorError struct {
	Code     text `json:"code"`
	Message  text `json:"message"`
	Messages text `json:"messages"`
	// Who an error of a batch is about: 6.3, 6.12, 6.13 to 6.15.
	StaffID   text `json:"staff_id"`
	Name      text `json:"name"`
	StaffCode text `json:"staff_code"`
	Email     text `json:"email"`
	Target    text `json:"target"`
}

// open reads the envelope of an answer of any status. It returns nil for a
// success, which has a response, and for an answer outside 2xx that says less
// than its status.
func open[T any](t *transport.Client, resp *transport.Response, env *envelope[T]) error {
	ok := resp.Status >= 200 && resp.Status <= 299
	trimmed := *resp
	trimmed.Body = flex.TrimKeys(resp.Body)
	if err := t.Decode(&trimmed, env); err != nil {
		*env = envelope[T]{}
		switch {
		case ok:
			return err
		case resp.Status == http.StatusForbidden:
			// INFERRED: no text says how a refused token looks. A refusal for want
			// of rights comes with an envelope, see refusal.
			return t.Fault(fault.UpstreamUnauthorized, "AKASHI refuses the access token; issue a new one if this stays")
		default:
			return nil
		}
	}
	if env.Success.On && env.Response != nil && ok {
		return nil
	}
	return refusal(t, resp.Status, ok, env.Success, env.vendorErrors())
}

// refusal turns a failure in AKASHI's envelope into an error. Live clients check
// the status before the envelope, so failures are expected with either; a code
// of AKASHI's own is a refusal even behind a 5xx.
func refusal(t *transport.Client, status int, ok bool, success flag, errs []VendorError) error {
	var first VendorError
	if len(errs) > 0 {
		first = errs[0]
	}
	switch {
	case status == http.StatusTooManyRequests:
		return nil
	case status == http.StatusUnauthorized, first.anonymous() && speaksOfToken(first.Message):
		fe := t.Fault(fault.UpstreamUnauthorized, "AKASHI refuses the access token; issue a new one if this stays")
		fe.VendorCode = first.Code
		return fe
	case !ok && first.Code == "" && status >= 500, !ok && !success.Set && len(errs) == 0:
		return nil
	case ok && (success.On || !success.Set) && first.Code == "" && first.Message == "":
		return t.Fault(fault.UpstreamBadResponse, "the answer is not in AKASHI's envelope")
	}
	fe := t.Fault(fault.UpstreamRefused, "AKASHI refused the request; its code says why")
	fe.VendorCode = first.Code
	return fe.Because(&Refusal{Status: status, Errors: errs})
}

// speaksOfToken is INFERRED: no list of AKASHI's codes is public, so a refused
// token inside HTTP 200 can only be told by what its message is about.
func speaksOfToken(message string) bool {
	m := strings.ToLower(message)
	return strings.Contains(m, "トークン") || strings.Contains(m, "token")
}

// bad says that an answer lacks what the document promises.
func (c *Client) bad(what string) error {
	return c.t.Fault(fault.UpstreamBadResponse, what)
}

// forbidden says that the document forbids what was asked, before it is sent.
func (c *Client) forbidden(rule string) error {
	return c.t.Fault(fault.BadUserInput, rule)
}

// jsonBody is the body of every call that is not a GET: the parameters with the
// token among them.
func jsonBody(ctx context.Context, method string, u *url.URL, params map[string]any) (*http.Request, error) {
	b, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	return req, nil
}

func itoa[N ~int64 | ~int](n N) string { return strconv.FormatInt(int64(n), 10) }

// joinIDs writes ids as the comma separated list of 6.10 and 6.11.
func joinIDs(ids []StaffID) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = itoa(id)
	}
	return strings.Join(parts, ",")
}
