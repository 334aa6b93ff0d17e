package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/access"
	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/plan"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/resolvers"
)

// Quote is what one operation costs.
type Quote struct {
	// Explanation is the price: in a company made up, of a gateway that has its
	// index and nothing else; of a running gateway, at this moment.
	*model.Explanation
	// Warm is how many calls have to be made again when the same was asked a moment
	// ago.
	Warm int
}

// Quoter prices operations.
type Quoter interface {
	// Price prices one operation of a document for HR, or for the caller of a running
	// gateway. variables is a JSON object or "". The error is a *fault.Error with
	// BadUserInput when the operation cannot be run.
	Price(ctx context.Context, document, variables, operation string) (*Quote, error)
	// Index is what the first index costs, nil where that is not known.
	Index() []*model.ExplainedStep
	Close() error
}

// OfflineOptions describe a company for pricing.
type OfflineOptions struct {
	// Known is how many people each system knows; a system without an entry is not
	// connected.
	Known map[hr.System]int
	// OvertimeMonths is how many months Carely keeps of each; 0 means 12.
	OvertimeMonths float64
	// Asked are the people that the documents ask for by name.
	Asked Asked
	// Environ is the environment: tuning variables hold, the systems are made up.
	Environ []string
	Log     *slog.Logger
	Now     func() time.Time
}

// offline is a gateway in front of a company that does not exist. It has no one
// to ask, and asks nobody.
type offline struct {
	gateway *Gateway
	config  *config.Config
	known   map[hr.System]int
	dir     string
}

// quotePrefix begins the name of the directory that pricing needs for a moment.
const quotePrefix = "hitotsu-explain-"

// OpenOffline builds a gateway for pricing. Close it after use.
func OpenOffline(ctx context.Context, opts OfflineOptions) (Quoter, error) {
	dir, err := os.MkdirTemp("", quotePrefix)
	if err != nil {
		return nil, fmt.Errorf("app: no place for temporary data: %w", err)
	}
	o := &offline{known: opts.Known, dir: dir}
	if err := o.build(ctx, opts); err != nil {
		return nil, errors.Join(err, o.Close())
	}
	return o, nil
}

func (o *offline) build(ctx context.Context, opts OfflineOptions) error {
	var err error
	if o.config, err = config.Load(config.Options{
		Environ: offlineEnviron(opts, o.dir), ReadFile: os.ReadFile, WithoutCallers: true,
	}); err != nil {
		return err
	}
	callers, err := auth.NewStatic(nil)
	if err != nil {
		return err
	}
	o.gateway, err = Build(ctx, Parts{
		Config: o.config, Callers: callers, Log: opts.Log, Now: opts.Now,
		Company: imagine(opts.Known, opts.Asked), OvertimeMonths: opts.OvertimeMonths,
	})
	return err
}

// offlineEnviron connects the systems at addresses that no one can have (RFC 2606),
// with credentials of nobody.
func offlineEnviron(opts OfflineOptions, dir string) []string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	env := []string{
		"HITOTSU_DATA_DIR=" + dir, "HITOTSU_ENCRYPTION_KEY=" + base64.StdEncoding.EncodeToString(key),
	}
	for system, lines := range map[hr.System][]string{
		hr.Akashi: {
			"AKASHI_URL=https://akashi.invalid/api/cooperation", "AKASHI_COMPANY=nobody",
			"AKASHI_TOKEN=00000000-0000-0000-0000-000000000000",
		},
		hr.Jobcan: {
			"JOBCAN_URL=https://jobcan.invalid", "JOBCAN_TOKEN_URL=https://jobcan.invalid/oauth/token",
			"JOBCAN_CLIENT_ID=nobody", "JOBCAN_CLIENT_SECRET=none",
		},
		hr.Carely: {
			"CARELY_URL=https://carely.invalid/api/graphql", "CARELY_AUTH_URL=https://carely.invalid",
			"CARELY_CLIENT_ID=nobody", "CARELY_CLIENT_SECRET=none", "CARELY_REFRESH_TOKEN=none",
			"CARELY_REDIRECT_URL=https://hitotsu.invalid/",
		},
		hr.Yesod: {"YESOD_URL=https://yesod.invalid", "YESOD_TOKEN=none"},
	} {
		if _, connected := opts.Known[system]; connected {
			for _, line := range lines {
				env = append(env, "HITOTSU_"+line)
			}
		}
	}
	for _, v := range opts.Environ {
		// Where to listen does not matter to who does not listen.
		name, _, ok := strings.Cut(v, "=")
		if ok && name != "HITOTSU_LISTEN" && demoKeeps(name) && !unconnected(name, opts.Known) {
			env = append(env, v)
		}
	}
	return env
}

// unconnected tells whether a variable is of a system that is not there: a link
// that is half configured is refused.
func unconnected(name string, known map[hr.System]int) bool {
	return slices.ContainsFunc(hr.Systems(), func(s hr.System) bool {
		_, connected := known[s]
		return !connected && strings.HasPrefix(name, "HITOTSU_"+string(s)+"_")
	})
}

// Price implements Quoter.
func (o *offline) Price(ctx context.Context, document, variables, operation string) (*Quote, error) {
	ctx = price.With(ctx, price.New(o.gateway.maxCalls))
	ctx = resolvers.Begin(ctx, access.Caller{Name: "explain", Role: access.HR})
	bill, problems, err := o.gateway.rehearse(ctx, document, variables, operation)
	if err != nil {
		return nil, err
	}
	q := &Quote{Explanation: o.gateway.explanation(ctx, bill, problems), Warm: bill.Unkept()}
	if !o.config.LookupCache {
		q.Warm = q.Calls
	}
	return q, nil
}

// The calls of the first index beside the pages of people.
const (
	akashiUnitCalls = 1
	yesodUnitCalls  = 2 // the organisations, and which lies above which
)

// Index implements Quoter: what a gateway reads as it starts. Exchanging and
// fetching tokens is not counted, here and elsewhere.
func (o *offline) Index() []*model.ExplainedStep {
	var out []*model.ExplainedStep
	add := func(s hr.System, endpoint string, calls int) {
		out = append(out, &model.ExplainedStep{System: s, Link: config.DefaultLink, Endpoint: endpoint, Calls: calls})
	}
	rules := plan.Documented()
	if n, ok := o.known[hr.Akashi]; ok {
		add(hr.Akashi, rules.AkashiStaffs.Endpoint, rules.AkashiStaffs.Pages(n))
		add(hr.Akashi, "organizations", akashiUnitCalls)
	}
	if n, ok := o.known[hr.Jobcan]; ok {
		add(hr.Jobcan, rules.JobcanEmployees.Endpoint, rules.JobcanEmployees.Pages(n))
	}
	if n, ok := o.known[hr.Carely]; ok {
		add(hr.Carely, rules.CarelyCustomers.Endpoint, rules.CarelyCustomers.Pages(n))
	}
	if _, ok := o.known[hr.Yesod]; ok {
		add(hr.Yesod, "members", 1)
		add(hr.Yesod, "organizations", yesodUnitCalls)
	}
	return out
}

// Close implements Quoter.
func (o *offline) Close() error {
	var err error
	if o.gateway != nil {
		err = o.gateway.Close()
	}
	return errors.Join(err, os.RemoveAll(o.dir))
}
