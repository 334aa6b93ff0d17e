package conformance_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/quota"
	simulator "github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/upstream/carely"
)

func TestCarely_faults(t *testing.T) {
	t.Parallel()
	underFaults(t, carelyWorld)
}

// pacer keeps Carely's documented limit.
func pacer(t *testing.T) *quota.Budget {
	t.Helper()
	p, err := quota.New(quota.Options{Requests: simulator.RequestsPerSecond})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// carelyLink is what a world knows of its tokens.
type carelyLink struct {
	*carely.OAuth

	grant          carely.Grant
	code, verifier string
}

func carelyWorld(t *testing.T) *world {
	t.Helper()
	sim, err := simulator.New(people(), simulator.Options{Seed: 1, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, sim, &tokens{remote: true})
	q := pacer(t)
	link := &carelyLink{verifier: strings.Repeat("v", 43)}
	link.OAuth, err = carely.NewOAuth(carely.OAuthOptions{
		SiteURL: w.server.URL(), ClientID: simulator.DefaultClientID, ClientSecret: simulator.DefaultClientSecret,
		RedirectURL: simulator.DefaultRedirectURL, Scopes: []string{carely.ScopeCustomerRead, carely.ScopeOvertimeRead},
		Transport: w.sender(t, "carely", nil, q), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	// A world begins again with the first refresh token, which is still unspent then.
	w.tokens.fetch = func(ctx context.Context) (string, error) {
		grant, err := link.Refresh(ctx, simulator.DefaultRefreshToken)
		if err == nil {
			link.grant = grant
		}
		return grant.AccessToken, err
	}
	c, err := carely.New(carely.Options{
		URL: w.server.URL() + "/api/graphql", Transport: w.sender(t, "carely", w.tokens, q),
	})
	if err != nil {
		t.Fatal(err)
	}
	d, ok := sim.Dump().(simulator.State)
	if !ok {
		t.Fatal("no dump")
	}
	w.operations = slices.Concat(carelyReads(c, d), carelyWrites(t, c, d), link.operations())
	return w
}

func carelyReads(c *carely.Client, d simulator.State) []operation {
	first, last := d.Overtimes[0], d.Overtimes[len(d.Overtimes)-1]
	numbers := []string{first.EmployeeNumber, last.EmployeeNumber}
	customer, branch := d.Customers[0], d.Branches[0]
	overtimes := func(name string, q carely.OvertimesQuery) operation {
		return read(name, func(ctx context.Context) (any, error) { return some(c.Overtimes(ctx, q)) })
	}
	customers := func(name string, q carely.CustomersQuery) operation {
		return read(name, func(ctx context.Context) (any, error) { return some(c.Customers(ctx, q)) })
	}
	return []operation{
		read("CurrentCustomer", func(ctx context.Context) (any, error) { return c.CurrentCustomer(ctx) }),
		customers("Customers", carely.CustomersQuery{}),
		read("CustomersAfter", func(ctx context.Context) (any, error) {
			rows, next, err := c.CustomersAfter(ctx, "")
			return map[string]any{"rows": rows, "next": next}, err
		}),
		customers("Customers, by number", carely.CustomersQuery{EmployeeNumbers: numbers}),
		customers("Customers, by branch", carely.CustomersQuery{BranchNames: []string{*branch.DisplayName}}),
		customers("Customers, by mail", carely.CustomersQuery{Emails: []string{*customer.Email}}),
		customers("Customers, by name", carely.CustomersQuery{Names: []string{*customer.Fullname}}),
		read("CustomerDetails", func(ctx context.Context) (any, error) {
			return some(c.CustomerDetails(ctx, carely.CustomersQuery{EmployeeNumbers: numbers}))
		}),
		overtimes("Overtimes, by number", carely.OvertimesQuery{EmployeeNumbers: numbers}),
		overtimes("Overtimes, by customer", carely.OvertimesQuery{CustomerUUIDs: []string{first.CustomerUUID}}),
		overtimes("Overtimes, by branch name", carely.OvertimesQuery{BranchNames: []string{*branch.DisplayName}}),
		overtimes("Overtimes, by branch", carely.OvertimesQuery{BranchUUIDs: []string{*branch.UUID}}),
		read("Departments", func(ctx context.Context) (any, error) { return some(c.Departments(ctx, nil)) }),
		read("Workplaces", func(ctx context.Context) (any, error) { return some(c.Workplaces(ctx, nil)) }),
		read("GroupAnalysis", func(ctx context.Context) (any, error) { return some(c.GroupAnalysis(ctx, nil)) }),
	}
}

// some refuses an answer that proves nothing.
func some[T any](rows []T, err error) (any, error) {
	if err == nil && len(rows) == 0 {
		return nil, errors.New("the answer is empty, so the suite proves nothing")
	}
	return rows, err
}

func carelyWrites(t *testing.T, c *carely.Client, d simulator.State) []operation {
	t.Helper()
	o := d.Overtimes[0]
	picture, err := carely.DecodePicture(base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\n, invented")))
	if err != nil {
		t.Fatal(err)
	}
	newcomer := carely.CustomerInput{
		Fullname: "新人 一", EmployeeNumber: "N0001", Gender: "female", BranchUuid: *d.Branches[0].UUID, IsSendMail: new(false),
	}
	return []operation{
		repeatable("UpsertOvertime", func(ctx context.Context) (any, error) {
			return c.UpsertOvertime(ctx, o.CustomerUUID, o.YearMonth, int(o.Minute)+5)
		}),
		repeatable("UpsertCustomer, a known one", func(ctx context.Context) (any, error) {
			return c.UpsertCustomer(ctx, carely.CustomerInput{Uuid: o.CustomerUUID, JobTitle: "主任"}, nil)
		}),
		repeatable("UpsertCustomer, a picture", func(ctx context.Context) (any, error) {
			return c.UpsertCustomer(ctx, carely.CustomerInput{Uuid: o.CustomerUUID}, picture)
		}),
		single("UpsertCustomer, a new one", func(ctx context.Context) (any, error) {
			return c.UpsertCustomer(ctx, newcomer, nil)
		}),
		single("UpsertCustomer, a new one with a picture", func(ctx context.Context) (any, error) {
			return c.UpsertCustomer(ctx, newcomer, picture)
		}),
	}
}

// operations are those of the OAuth site. None is ever sent twice, and their
// answers are told without the tokens, which are never the same again.
func (l *carelyLink) operations() []operation {
	told := func(g carely.Grant, err error) (any, error) {
		if err == nil && (g.AccessToken == "" || g.AccessToken == l.grant.AccessToken || g.RefreshToken == "") {
			return nil, errors.New("the tokens are not new ones")
		}
		g.AccessToken, g.RefreshToken = "", ""
		return g, err
	}
	exchange := single("Exchange", func(ctx context.Context) (any, error) { return told(l.Exchange(ctx, l.code, l.verifier)) })
	exchange.prepare = l.allow
	out := []operation{
		exchange,
		single("Refresh", func(ctx context.Context) (any, error) { return told(l.Refresh(ctx, l.grant.RefreshToken)) }),
		single("Introspect", func(ctx context.Context) (any, error) {
			return l.Introspect(ctx, l.grant.AccessToken, l.grant.RefreshToken)
		}),
		single("Revoke", func(ctx context.Context) (any, error) {
			return nil, l.Revoke(ctx, l.grant.AccessToken, l.grant.RefreshToken)
		}),
	}
	for i := range out {
		out[i].own, out[i].unseen = true, true
	}
	return out
}

// allow presses the button on the page of AuthorizeURL and keeps the code.
func (l *carelyLink) allow(ctx context.Context) error {
	sum := sha256.Sum256([]byte(l.verifier))
	address := l.AuthorizeURL("state", base64.RawURLEncoding.EncodeToString(sum[:]))
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, http.NoBody)
	if err != nil {
		return err
	}
	pool := &http.Transport{}
	defer pool.CloseIdleConnections()
	resp, err := pool.RoundTrip(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	back, err := url.Parse(resp.Header.Get("Location"))
	if err != nil {
		return err
	}
	if l.code = back.Query().Get("code"); l.code == "" {
		return errors.New("no code came back")
	}
	return nil
}
