package yesod

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// DefaultQueryPath is YESOD's; the resale has /api/v22.10/query.
const DefaultQueryPath = "/api/v24.10/query"

// Options configure a Client.
type Options struct {
	// BaseURL is the tenant's host, before /api; needed.
	BaseURL string
	// Transport sends the requests; needed.
	Transport *transport.Client
	// QueryPath is the query endpoint's; default DefaultQueryPath.
	QueryPath string
	// Attributes replace the standard attributes' ids, each where it is not
	// empty.
	Attributes Attributes
	// Paths replace the paths of all but the query, each where it is not empty.
	Paths Paths
	// Aliases are names of attributes that a mapping may use beside the known
	// ones and the ids.
	Aliases []string
	// HeaderCounted says that an import's answer counts the lines of the CSV from
	// its header; by default the first row of data is 0, as in the sample.
	HeaderCounted bool
}

// ID is the id of an entity or attribute: a UUID in 22 characters of URL-safe
// base64.
type ID string

// NilID means no reference.
const NilID ID = "AAAAAAAAAAAAAAAAAAAAAA"

// None says that the id refers to nothing.
func (id ID) None() bool { return id == "" || id == NilID }

// Attributes are the ids of the attributes that the client reads by meaning.
type Attributes struct {
	FamilyName, GivenName           ID
	FamilyNameKana, GivenNameKana   ID
	FamilyNameRoman, GivenNameRoman ID
	Email                           ID
	IdentificationNumber            ID
	EmployeeNumber                  ID
	Enrollment, EmploymentType      ID
	JobTitle, Role                  ID
	Company, CompanyCode            ID
	Organization, OrganizationCode  ID
}

// StandardAttributes are the ids seen in every tenant.
func StandardAttributes() Attributes {
	return Attributes{
		FamilyName:           "z6JbmwvYQcO5BKnec_FVAA",
		GivenName:            "SLjXIv1nQsi_LQ66l6ffog",
		FamilyNameKana:       "sxWVQVnJTXeZJ_CKhOrzkA",
		GivenNameKana:        "FGsjIKCMRb2Ow7cV6dO3Og",
		FamilyNameRoman:      "kNlAxfTYSOG4wYWt_zQXGQ",
		GivenNameRoman:       "casO712nQWmDWPD1bxTynA",
		Email:                "TYJ5hHDZSnugN4Lv6e45kw",
		IdentificationNumber: "B5RlWXoJQyOAVcmj9TUIDg",
		EmployeeNumber:       "OXJOttwITGGKf6kj--PgRA",
		Enrollment:           "YGQOwkVSQC2Hh--lCEPNCw",
		EmploymentType:       "H2jJmfZRR7Ct8k74XqDTjg",
		JobTitle:             "xvuf-80iRZa3GAjS41ifpw",
		Role:                 "tW5eXDQYQ5-veshwnZyjyQ",
		Company:              "4J9wMPgDQJmki9ycfx-Z7g",
		CompanyCode:          "LGJ7oWZlSHuZkcevm7A9gQ",
		Organization:         "BjTpbKICS9mSP4C6_XCpgg",
		OrganizationCode:     "tcEh9H5iRyaAFlTZ0XMnpA",
	}
}

func allIDs(a *Attributes) []*ID {
	return []*ID{
		&a.FamilyName, &a.GivenName, &a.FamilyNameKana, &a.GivenNameKana, &a.FamilyNameRoman, &a.GivenNameRoman,
		&a.Email, &a.IdentificationNumber, &a.EmployeeNumber, &a.Enrollment, &a.EmploymentType, &a.JobTitle, &a.Role,
		&a.Company, &a.CompanyCode, &a.Organization, &a.OrganizationCode,
	}
}

// withDefaults fills what is empty and checks what is not.
func (a Attributes) withDefaults() (Attributes, error) {
	d := StandardAttributes()
	defaults := allIDs(&d)
	for i, id := range allIDs(&a) {
		if *id == "" {
			*id = *defaults[i]
		}
		if len(*id) != len(NilID) {
			return a, errors.New("yesod: an attribute id has 22 characters")
		}
	}
	return a, nil
}

// Client reads one tenant with one API token. It is safe for concurrent use; all
// its errors are *fault.Error.
type Client struct {
	opts    Options
	base    *url.URL
	t       *transport.Client
	aliases map[string]attribute
}

// New returns a Client, or an error that says which option cannot work.
func New(opts Options) (*Client, error) {
	base, err := transport.ParseBase(opts.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("yesod: %w", err)
	}
	if opts.Transport == nil {
		return nil, errors.New("yesod: a transport is needed")
	}
	if opts.QueryPath == "" {
		opts.QueryPath = DefaultQueryPath
	}
	if !strings.HasPrefix(opts.QueryPath, "/") || strings.ContainsAny(opts.QueryPath, "?#") {
		return nil, errors.New("yesod: the query path must begin with / and have no query")
	}
	if opts.Attributes, err = opts.Attributes.withDefaults(); err != nil {
		return nil, err
	}
	if opts.Paths, err = opts.Paths.withDefaults(); err != nil {
		return nil, err
	}
	return &Client{opts: opts, base: base, t: opts.Transport, aliases: aliases(opts.Attributes, opts.Aliases)}, nil
}

// EntityType is what a query is about.
type EntityType string

// The entity types.
const (
	Member       EntityType = "member"
	Company      EntityType = "company"
	Office       EntityType = "office"
	Organization EntityType = "organization"
	Project      EntityType = "project"
)

// Date is a calendar day, yyyy-mm-dd; empty for none.
type Date string

// MaxLeavingDate as a base date takes each entity at its last day, so that those
// who left are found too.
const MaxLeavingDate Date = "maxLeavingDate"

// Condition compares an attribute.
type Condition struct {
	AttributeID ID `json:"attributeId"`
	// Operator is EQ, NE, GE, GT, LE, LT, FORWARD, BACKWARD, PATIAL (so spelt),
	// ISNULL, ISNOTNULL, INCLUDE, NOTINCLUDE or DESCENDANT_OF_OR_EQ.
	Operator string `json:"comparisonOperator"`
	// Value is a string, an integer or a boolean; a list for the two INCLUDE;
	// nil for the two NULL tests.
	Value any `json:"comparisonValue,omitempty"`
	// ReferenceIDs is mandatory on the wire, null when nil.
	ReferenceIDs []ID `json:"referenceIds"`
}

// NotNull is the condition that an attribute has a value.
func NotNull(attribute ID) Condition { return Condition{AttributeID: attribute, Operator: "ISNOTNULL"} }

// Query says what to read.
type Query struct {
	EntityType EntityType
	Condition  Condition
	// Statement stands in for Condition; nil for none. The rows of the answer then
	// have ConditionResults.
	Statement *Statement
	// Attributes and GroupAttributes name what is answered of the entities and of
	// the groups they belong to.
	Attributes, GroupAttributes []ID
	// BaseDate is the day to read, today when empty.
	BaseDate Date
	// From and To are the interval of MaxLeavingDate, the base date and the day
	// after when empty.
	From, To Date
}

// rule returns what is known to be wrong with the query, "" for nothing.
func (q *Query) rule() string {
	switch {
	case !q.BaseDate.valid():
		return "the base date is not a day of the calendar"
	case (q.From != "" || q.To != "") && q.BaseDate != MaxLeavingDate:
		return "an interval belongs to the base date maxLeavingDate"
	case !q.From.valid() || !q.To.valid() || q.From == MaxLeavingDate || q.To == MaxLeavingDate:
		return "the interval's ends are days of the calendar"
	case q.From != "" && q.To != "" && q.To < q.From:
		return "the interval ends before it begins"
	case q.Statement != nil:
		return q.Statement.rule(0)
	}
	return q.Condition.rule()
}

func (q *Query) params() url.Values {
	params := url.Values{"entityType": {string(q.EntityType)}}
	for name, date := range map[string]Date{"baseDate": q.BaseDate, "from": q.From, "to": q.To} {
		if date != "" {
			params.Set(name, string(date))
		}
	}
	return params
}

// Query runs a query. The answer is whole; there are no pages.
func (c *Client) Query(ctx context.Context, q Query) ([]Entity, error) {
	body, err := c.queryBody(q)
	if err != nil {
		return nil, err
	}
	// It only reads, in spite of its method.
	out, err := call[wireResult](ctx, c, "yesod.query."+operation(q.EntityType), true, http.MethodPost,
		c.at(c.opts.QueryPath, q.params()), body)
	if err != nil {
		return nil, err
	}
	entities, err := c.entities(out)
	if err != nil || q.Statement == nil {
		return entities, err
	}
	for i := range entities {
		entities[i].ConditionResults = conditionResults(out.QueryResult[i].ConditionResults)
	}
	return entities, nil
}

// queryBody checks a query and writes it.
func (c *Client) queryBody(q Query) ([]byte, error) {
	if rule := q.rule(); rule != "" {
		return nil, c.forbidden(rule)
	}
	statement := Where(q.Condition)
	if q.Statement != nil {
		statement = *q.Statement
	}
	body, err := json.Marshal(map[string]any{
		"query":                  statement.wire(),
		"attributeSelector":      orEmpty(q.Attributes),
		"groupAttributeSelector": orEmpty(q.GroupAttributes),
	})
	if err != nil {
		return nil, c.t.Fault(fault.Internal, "the request could not be encoded")
	}
	return body, nil
}

// operation keeps the names of operations constant, whatever a caller sends.
func operation(t EntityType) string {
	switch t {
	case Member, Company, Office, Organization, Project:
		return string(t)
	default:
		return "other"
	}
}

// call sends a request and decodes the whole answer; body is nil for none.
func call[T any](
	ctx context.Context, c *Client, operation string, idempotent bool, method string, u *url.URL, body []byte,
) (T, error) {
	var out T
	err := c.exchange(ctx, exchange{
		operation: operation, idempotent: idempotent, method: method, url: u, body: body,
		read: func(resp *transport.Response) error {
			var fresh T
			out = fresh
			return c.t.Decode(resp, &out)
		},
	})
	if err != nil {
		var none T
		return none, err
	}
	return out, nil
}

// exchange is a request, and how its answer is read. It may be read more than once:
// an answer that was cut off is asked for again.
type exchange struct {
	operation  string
	idempotent bool
	method     string
	url        *url.URL
	body       []byte
	// read takes the whole answer, or stream takes it while it arrives.
	read   func(*transport.Response) error
	stream func(status int, answer io.Reader) error
}

func (c *Client) exchange(ctx context.Context, x exchange) error {
	var said []string
	_, err := c.t.Do(ctx, transport.Call{
		Operation:  x.operation,
		Idempotent: x.idempotent,
		// The token is a header's: it is looked at before the body.
		RetryUnauthorized: true,
		Build: func(ctx context.Context, token string) (*http.Request, error) {
			r, err := http.NewRequestWithContext(ctx, x.method, x.url.String(), bytes.NewReader(x.body))
			if err != nil {
				return nil, err
			}
			r.Header.Set("Authorization", "Bearer "+token)
			r.Header.Set("Accept", "application/json")
			if x.body != nil {
				r.Header.Set("Content-Type", "application/json")
			}
			return r, nil
		},
		Check: func(resp *transport.Response) error {
			if said = nil; resp.Status < 200 || resp.Status > 299 {
				said = messages(resp.Body)
				return nil
			}
			return x.read(resp)
		},
		Read: x.stream,
	})
	if err != nil {
		return transport.Refused(err, "", said)
	}
	return nil
}

func (d Date) valid() bool {
	if d == "" || d == MaxLeavingDate {
		return true
	}
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// orEmpty writes a list that is nil as [].
func orEmpty(ids []ID) []ID {
	if ids == nil {
		return []ID{}
	}
	return ids
}

// forbidden says that what was asked is known to be wrong, before it is sent.
func (c *Client) forbidden(rule string) error { return c.t.Fault(fault.BadUserInput, rule) }

// bad says that an answer lacks what the document promises.
func (c *Client) bad(what string) error { return c.t.Fault(fault.UpstreamBadResponse, what) }
