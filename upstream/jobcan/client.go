package jobcan

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/internal/flex"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// EmployeeID is Jobcan's internal id of an employee, up to 4294967295. It is not
// the staff code.
type EmployeeID int64

// Date is a calendar day in Japan, yyyy-mm-dd; empty for none.
type Date string

func (d Date) valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// jst is the zone of times without an offset; Japan has no summer time.
func jst() *time.Location { return time.FixedZone("JST", 9*60*60) }

// row is an object of which some field names are not certain.
type row map[string]json.RawMessage

// read decodes the field into v; false when it is absent or null.
func (r row) read(field string, v any) (bool, error) {
	raw, ok := r[field]
	if !ok || string(raw) == "null" {
		return false, nil
	}
	return true, json.Unmarshal(raw, v)
}

// first returns the text of the first of the fields that is there and not empty.
func (r row) first(fields []string) string {
	for _, f := range fields {
		var t flex.Text
		if ok, err := r.read(f, &t); ok && err == nil && strings.TrimSpace(string(t)) != "" {
			return string(t)
		}
	}
	return ""
}

// get reads a path and decodes the whole answer.
func get[T any](ctx context.Context, c *Client, operation, path string, query url.Values) (T, error) {
	return send[T](ctx, c, request{operation: operation, method: http.MethodGet, path: path, query: query})
}

// request is one request; body is nil for none.
type request struct {
	operation, method, path string
	query                   url.Values
	body                    []byte
	// once says that it must not be sent again.
	once bool
}

// send sends a request and decodes the whole answer.
func send[T any](ctx context.Context, c *Client, r request) (T, error) {
	u := *c.base
	u.Path += r.path
	u.RawQuery = r.query.Encode()
	var out T
	var said []byte
	_, err := c.t.Do(ctx, transport.Call{
		Operation:  r.operation,
		Idempotent: !r.once,
		// The token is a header's: it is looked at before the body.
		RetryUnauthorized: true,
		Build: func(ctx context.Context, token string) (*http.Request, error) {
			req, err := http.NewRequestWithContext(ctx, r.method, u.String(), bytes.NewReader(r.body))
			if err != nil {
				return nil, err
			}
			req.Header.Set("Authorization", c.authorization(token))
			req.Header.Set("Accept", "application/json")
			if r.body != nil {
				req.Header.Set("Content-Type", "application/json")
			}
			return req, nil
		},
		// Only the status is known to tell failures; the shape of an error's body
		// is not public.
		Check: func(resp *transport.Response) error {
			if said = nil; resp.Status < 200 || resp.Status > 299 {
				said = resp.Body
				return nil
			}
			var fresh T
			out = fresh
			if r.body != nil && len(bytes.TrimSpace(resp.Body)) == 0 {
				// A public client finds it needful to bear an empty answer to a POST.
				return nil
			}
			return c.t.Decode(resp, &out)
		},
	})
	if err != nil {
		var zero T
		code, messages := problems(said)
		return zero, transport.Refused(err, code, messages)
	}
	return out, nil
}

func (c *Client) authorization(token string) string {
	const word = "bearer "
	if c.opts.BareToken || len(token) >= len(word) && strings.EqualFold(token[:len(word)], word) {
		return token
	}
	return "Bearer " + token
}

// of fills an employee's id into a path.
func of(path string, id EmployeeID) string {
	return strings.ReplaceAll(path, "{employee_id}", strconv.FormatInt(int64(id), 10))
}

// dates checks and writes the dates of a request.
func (c *Client) dates(dates []Date) (url.Values, error) {
	if len(dates) == 0 || len(dates) > MaxDates {
		return nil, c.forbidden("1 to 31 dates are read at once")
	}
	q := url.Values{}
	for _, d := range dates {
		if !d.valid() {
			return nil, c.forbidden("a date is not a day of the calendar")
		}
		q.Add("date", string(d))
	}
	return q, nil
}

// one checks an employee's id.
func (c *Client) one(id EmployeeID) error {
	if id < 1 || id > math.MaxUint32 {
		return c.forbidden("an employee's id is 1 to 4294967295; it is not the staff code")
	}
	return nil
}

// bad says that an answer lacks what is known of its shape.
func (c *Client) bad(what string) error { return c.t.Fault(fault.UpstreamBadResponse, what) }

// forbidden says that a known limit forbids what was asked, before it is sent.
func (c *Client) forbidden(rule string) error { return c.t.Fault(fault.BadUserInput, rule) }

// pages follows a keyset listing: last_id is the last id received, 0 at first,
// and a page that is empty or short is the last. Pages are full in rows; where
// the vendor counts employees instead, a page has at least as many rows.
//
// With splits, several rows belong to an id and the vendor might count rows: then
// the last id of a page that is exactly full may go on in the next page, where
// the cursor would skip it. It is left out and read again from the id before.
func pages[T any](
	ctx context.Context, c *Client, splits bool, id func(T) EmployeeID,
	read func(ctx context.Context, cursor url.Values) ([]T, error),
) ([]T, error) {
	var out []T
	var last EmployeeID
	for range maxPages {
		rows, err := read(ctx, url.Values{
			"count": {strconv.Itoa(PageSize)}, "last_id": {strconv.FormatInt(int64(last), 10)},
		})
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			return out, nil
		}
		next := last
		for _, r := range rows {
			if id(r) <= last {
				return nil, c.bad("a page holds an id that is not above the last one")
			}
			next = max(next, id(r))
		}
		if len(rows) < PageSize {
			return append(out, rows...), nil
		}
		if splits && len(rows) == PageSize {
			rows, next = withoutLast(rows, next, id)
		}
		out, last = append(out, rows...), next
	}
	return nil, c.bad("the pages do not end")
}

// withoutLast leaves out the rows of the highest id, unless there is no other.
func withoutLast[T any](rows []T, highest EmployeeID, id func(T) EmployeeID) ([]T, EmployeeID) {
	kept := make([]T, 0, len(rows))
	var below EmployeeID
	for _, r := range rows {
		if id(r) != highest {
			kept = append(kept, r)
			below = max(below, id(r))
		}
	}
	if len(kept) == 0 {
		return rows, highest
	}
	return kept, below
}
