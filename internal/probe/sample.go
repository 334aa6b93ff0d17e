package probe

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// sample is one answer of a tenant. Its document lives only until the facts are
// judged, and never leaves the package.
type sample struct {
	status int // 0 when nothing answered
	doc    any // nil when the answer is not JSON
	// problem is the code of what went wrong when nothing answered.
	problem fault.Code
}

// read sends one request that changes nothing. An answer of any status is a
// sample.
func read(ctx context.Context, c *transport.Client, operation string, build builder) sample {
	var s sample
	_, err := c.Do(ctx, transport.Call{
		Operation: operation, Idempotent: true, Build: build,
		Check: func(resp *transport.Response) error {
			s = sample{status: resp.Status, doc: decode(resp.Body)}
			return nil
		},
	})
	if err != nil && s.status == 0 {
		s.problem = fault.Internal
		if fe, ok := errors.AsType[*fault.Error](err); ok {
			s.problem = fe.Code
		}
	}
	return s
}

// decode keeps numbers as they were written, so that "1" and 1 can be told apart.
func decode(body []byte) any {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	d.UseNumber()
	var doc any
	if d.Decode(&doc) != nil {
		return nil
	}
	return doc
}

// ok says that the tenant answered the call with a document.
func (s sample) ok() bool { return s.status >= 200 && s.status <= 299 && s.doc != nil }

// String tells how the tenant answered, without the answer.
func (s sample) String() string {
	switch {
	case s.status == 0:
		return "no answer (" + string(s.problem) + ")"
	case s.doc == nil:
		return fmt.Sprintf("HTTP %d without JSON", s.status)
	default:
		return fmt.Sprintf("HTTP %d", s.status)
	}
}

// object is a JSON object.
type object = map[string]any

// at follows keys into objects; nil where one is missing.
func at(doc any, path ...string) any {
	for _, key := range path {
		o, _ := doc.(object)
		doc = o[key]
	}
	return doc
}

// objects returns the objects of a list.
func objects(doc any) []object {
	list, _ := doc.([]any)
	var out []object
	for _, item := range list {
		if o, ok := item.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

// rows returns the first list of objects in an answer whose key is not known: the
// answer itself, or a member of it.
func rows(doc any) []object {
	if list := objects(doc); list != nil {
		return list
	}
	o, _ := doc.(object)
	for _, key := range sorted(o) {
		if list := objects(o[key]); list != nil {
			return list
		}
	}
	return nil
}

// name is what a field of an interface is called; anything else might be a value
// in the place of a key and is not shown.
var name = regexp.MustCompile(`^[A-Za-z][A-Za-z_]{0,40}[0-9]?$`)

// fields lists the field names of rows, at most thirty.
func fields(all []object) string {
	seen := map[string]any{}
	for _, o := range all {
		for key := range o {
			if name.MatchString(key) {
				seen[key] = nil
			}
		}
	}
	keys := sorted(seen)
	if len(keys) > 30 {
		keys = append(keys[:30], "…")
	}
	return strings.Join(keys, ", ")
}

func sorted(o object) []string {
	keys := make([]string, 0, len(o))
	for key := range o {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// having counts the rows that have a key, whatever its value.
func having(all []object, key string) int {
	n := 0
	for _, o := range all {
		if _, ok := o[key]; ok {
			n++
		}
	}
	return n
}

// firstOf returns the first of some names that a row has.
func firstOf(all []object, names []string) (string, bool) {
	for _, n := range names {
		if having(all, n) > 0 {
			return n, true
		}
	}
	return "", false
}

// values collects what stands under a key anywhere in a document.
func values(doc any, key string) []any {
	var out []any
	switch v := doc.(type) {
	case []any:
		for _, item := range v {
			out = append(out, values(item, key)...)
		}
	case object:
		for _, k := range sorted(v) {
			if k == key && v[k] != nil {
				out = append(out, v[k])
			}
			out = append(out, values(v[k], key)...)
		}
	}
	return out
}

// form is the shape of a date, a time or an offset: digits become 9, and what is
// none of these is not shown.
func form(v any) string {
	switch t := v.(type) {
	case json.Number:
		return "number"
	case string:
		if t == "" {
			return "empty"
		}
		var b strings.Builder
		for _, r := range t {
			switch {
			case r >= '0' && r <= '9':
				b.WriteByte('9')
			case strings.ContainsRune("/-+:. TZ", r):
				b.WriteRune(r)
			default:
				return "text"
			}
		}
		if b.Len() > 35 {
			return "text"
		}
		return b.String()
	default:
		return "other"
	}
}

// forms counts the shapes of values.
func forms(all []any) (counts map[string]int, line string) {
	counts = map[string]int{}
	for _, v := range all {
		counts[form(v)]++
	}
	parts := make([]string, 0, len(counts))
	for f, n := range counts {
		parts = append(parts, fmt.Sprintf("%s (%d)", f, n))
	}
	slices.Sort(parts)
	return counts, strings.Join(parts, ", ")
}

// builder makes the request of one attempt.
type builder = func(ctx context.Context, token string) (*http.Request, error)

// get builds a GET with a header for the token.
func get(base, path string, query url.Values, authorization func(token string) string) builder {
	return func(ctx context.Context, token string) (*http.Request, error) {
		return request(ctx, http.MethodGet, base+path, query, nil, authorization(token))
	}
}

// post builds a POST of JSON that asks a question.
func post(base, path string, query url.Values, body any, authorization func(token string) string) builder {
	return func(ctx context.Context, token string) (*http.Request, error) {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		return request(ctx, http.MethodPost, base+path, query, text, authorization(token))
	}
}

func request(ctx context.Context, method, address string, query url.Values, body []byte, authorization string) (
	*http.Request, error,
) {
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

func bearer(token string) string { return "Bearer " + token }

// noToken stands where a credential would; it is nobody's.
const noToken = "00000000-0000-4000-8000-000000000000"

// refusedToken tells how a credential that is nobody's was answered, where the
// link's own is taken.
func refusedToken(taken bool, s sample) outcome {
	const evidence = "a token that is nobody's: %s"
	switch {
	case !taken:
		return unknown("the link's own token is not taken")
	case s.status == http.StatusUnauthorized:
		return confirmed(evidence, s)
	case s.status >= 400 && s.status <= 499 || s.ok() && at(s.doc, "errors") != nil:
		return refuted(evidence, s)
	default:
		return unknown(evidence, s)
	}
}
