package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"path"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// Decode reads a JSON answer into v. Its errors are UpstreamBadResponse and say
// in constant words what came instead; the decoder's texts are dropped, since
// they quote the answer. Called by Call.Check, an answer that is empty or
// was cut off is asked for again if the call is idempotent.
func (c *Client) Decode(resp *Response, v any) error {
	body := bytes.TrimSpace(bytes.TrimPrefix(resp.Body, []byte("\xef\xbb\xbf")))
	switch {
	case len(body) == 0:
		return c.undecodable(noAnswer, resp.Status, true)
	case body[0] == '<':
		return c.undecodable(aPage, resp.Status, false)
	case flex.Decode(body, v) == nil:
		return nil
	case !json.Valid(body):
		return c.undecodable(notJSON, resp.Status, true)
	}
	return c.undecodable(otherShape, resp.Status, false)
}

// What an answer is that cannot be decoded.
const (
	noAnswer   = "the answer is empty"
	aPage      = "the answer is a page and not JSON"
	notJSON    = "the answer is not JSON, or was cut off"
	otherShape = "the answer does not have the documented shape"
)

func (c *Client) undecodable(what string, status int, again bool) error {
	return c.Fault(fault.UpstreamBadResponse, what).Because(&cause{what: "status", status: status, again: again})
}

// ParseBase checks a configured base URL: absolute, http or https, with a host,
// without user, query or fragment. A trailing slash is removed. The error does
// not quote the URL, which may hold a secret by mistake.
func ParseBase(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return nil, errors.New("the base URL cannot be parsed")
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("the base URL must begin with https:// or http://")
	case u.Hostname() == "":
		return nil, errors.New("the base URL has no host")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("the base URL must not hold a user, a query or a fragment")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	return u, nil
}

// Join returns a copy of base with the segments appended, each escaped. A
// segment that could climb in the path is emptied of its meaning by escaping its
// dots.
func Join(base *url.URL, segments ...string) *url.URL {
	u := *base
	var raw strings.Builder
	raw.WriteString(u.EscapedPath())
	for _, s := range segments {
		e := url.PathEscape(s)
		if path.Clean("/"+s) == "/" && strings.Contains(s, ".") {
			e = strings.ReplaceAll(e, ".", "%2E")
		}
		raw.WriteString("/" + e)
	}
	if dec, err := url.PathUnescape(raw.String()); err == nil {
		u.Path, u.RawPath = dec, raw.String()
	}
	return &u
}
