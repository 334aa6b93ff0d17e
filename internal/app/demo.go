package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/linking"
	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/run"
	"github.com/hitotsu/hitotsu/web"
)

// DemoOptions are the choices of a demo.
type DemoOptions struct {
	// Seed and Today decide the demo company; a zero Today is the current day.
	Seed  uint64
	Today hr.Date
	// People is how many there are; 0 means 300.
	People int
	// PortBase is the port of the first simulator; 0 takes free ports.
	PortBase int
	// Environ is the environment. HITOTSU_LISTEN and tuning variables hold;
	// what names real systems, callers or stores is left out.
	Environ []string
	Log     *slog.Logger
	Now     func() time.Time
}

// Demo is a running demo company with a gateway in front of it.
type Demo struct {
	Simulators *run.Simulators
	gateway    *Gateway
	listener   net.Listener
	dir        string
	config     *config.Config
	// surroundings are the environment of the process.
	surroundings []string
}

// demoTokensFile is the name under which the demo's configuration finds the
// personas' AKASHI tokens; it is no file.
const demoTokensFile = "demo-employee-tokens.yaml"

// demoTokens are the personas' bearer tokens. They open nothing but a demo.
func demoTokens() map[company.Persona]string {
	return map[company.Persona]string{
		company.PersonaHR: "demo-hr", company.PersonaManager: "demo-manager", company.PersonaEmployee: "demo-employee",
	}
}

// StartDemo starts the simulators and builds a gateway that knows them only by
// URL and credential. It listens when it returns; Run serves.
func StartDemo(ctx context.Context, opts DemoOptions) (*Demo, error) {
	now := dataClock(opts.Today, opts.Now)
	d := &Demo{surroundings: opts.Environ}
	var err error
	if d.Simulators, err = run.Start(ctx, run.Options{
		Seed: opts.Seed, People: opts.People, PortBase: opts.PortBase, Now: now,
		CarelyRedirectURL: demoCallback(opts.Environ),
	}); err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	if d.dir, err = os.MkdirTemp("", demoPrefix); err != nil {
		return nil, errors.Join(fmt.Errorf("app: no place for the demo's data: %w", err), d.Close())
	}
	if err := d.build(ctx, opts, now); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Demo) build(ctx context.Context, opts DemoOptions, now func() time.Time) error {
	c, err := config.Load(config.Options{Environ: d.environ(opts.Environ), ReadFile: d.readFile, WithoutCallers: true})
	if err != nil {
		return err
	}
	d.config = c
	if c.ListensBeyondLoopback() {
		return fault.New(fault.Misconfigured, "the demo's tokens are public, so it listens on loopback only; "+
			"set HITOTSU_LISTEN to 127.0.0.1 and a port")
	}
	callers, personas, err := d.personas()
	if err != nil {
		return err
	}
	d.gateway, err = Build(ctx, Parts{
		Config: c, Callers: callers, Log: opts.Log, Now: now,
		Page: web.Config{Personas: personas, Now: func() time.Time { return now().In(hr.JST) }},
	})
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	if d.listener, err = listen.Listen(ctx, "tcp", c.Listen); err != nil {
		return fmt.Errorf("app: the gateway cannot listen; choose another port with HITOTSU_LISTEN: %w", err)
	}
	return nil
}

// environ is the configuration of the demo's gateway: the simulators, and what
// of the real environment does not name other systems.
func (d *Demo) environ(surroundings []string) []string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	env := append(simulatorEnviron(d.Simulators),
		"HITOTSU_CARELY_REDIRECT_URL="+demoCallback(surroundings),
		"HITOTSU_DATA_DIR="+d.dir,
		"HITOTSU_ENCRYPTION_KEY="+base64.StdEncoding.EncodeToString(key),
		"HITOTSU_AKASHI_EMPLOYEE_TOKENS_FILE="+demoTokensFile,
		// The vendors publish no limit and the simulators set none, so the
		// gateway's modest default would only make the demo slow.
		"HITOTSU_AKASHI_REQUESTS_PER_SECOND=50",
		"HITOTSU_JOBCAN_REQUESTS_PER_SECOND=50",
		"HITOTSU_YESOD_REQUESTS_PER_SECOND=50",
	)
	for _, v := range surroundings {
		if name, _, ok := strings.Cut(v, "="); ok && demoKeeps(name) {
			env = append(env, v)
		}
	}
	return env
}

// demoCallback is where the demo's Carely sends an administrator back to: the
// demo's own page.
func demoCallback(surroundings []string) string {
	callback := carely.DefaultRedirectURL
	for _, v := range surroundings {
		name, listen, _ := strings.Cut(v, "=")
		_, port, err := net.SplitHostPort(listen)
		if name == "HITOTSU_LISTEN" && err == nil && port != "0" && port != "" {
			callback = "http://" + listen + linking.CallbackPath
		}
	}
	return callback
}

// demoKeeps tells whether a variable of the real environment holds in a demo.
func demoKeeps(name string) bool {
	if !strings.HasPrefix(name, "HITOTSU_") {
		return false
	}
	for _, tuning := range []string{
		"_REQUESTS_PER_SECOND", "_MAX_CONCURRENT", "_TIMEOUT", "_OPERATION_SHARE", "_FIRST_REISSUE_DELAY",
	} {
		if strings.HasSuffix(name, tuning) {
			return true
		}
	}
	for _, p := range []string{
		"AKASHI_", "JOBCAN_", "CARELY_", "YESOD_", "LINK_", "CONFIG", "REDIS_", "DATA_", "ENCRYPTION_", "CALLERS_",
	} {
		if strings.HasPrefix(name, "HITOTSU_"+p) {
			return false
		}
	}
	return true
}

// readFile gives the personas' AKASHI tokens where the configuration asks for
// them.
func (d *Demo) readFile(name string) ([]byte, error) {
	if name != demoTokensFile {
		return os.ReadFile(name) //nolint:gosec // the operator names the file
	}
	return []byte(employeeTokens(d.Simulators)), nil
}

// personas returns who may ask, and what the page says of them.
func (d *Demo) personas() (*auth.Callers, []web.Persona, error) {
	tokens := demoTokens()
	rows := []struct {
		persona    company.Persona
		role       auth.Role
		page       web.Persona
		callerName string
	}{
		{company.PersonaHR, auth.HR, web.Persona{
			Name: "HR", NameJa: "人事", Description: "sees everybody", DescriptionJa: "全員を見られます",
		}, "demo hr"},
		{company.PersonaManager, auth.Manager, web.Persona{
			Name: "Manager", NameJa: "管理者", Description: "sees the people of the managed organisations and below",
			DescriptionJa: "管理する組織とその配下の人を見られます",
		}, "demo manager"},
		{company.PersonaEmployee, auth.Employee, web.Persona{
			Name: "Employee", NameJa: "従業員", Description: "sees only themselves", DescriptionJa: "自分だけを見られます",
		}, "demo employee"},
	}
	static, page := make([]auth.Static, len(rows)), make([]web.Persona, len(rows))
	for i, r := range rows {
		code := d.Simulators.Company.Persona(r.persona).Code
		static[i] = auth.Static{
			Caller: auth.Caller{Name: r.callerName, Role: r.role, EmployeeCode: code}, Token: tokens[r.persona],
		}
		page[i] = r.page
		page[i].Token = tokens[r.persona]
	}
	callers, err := auth.NewStatic(static)
	return callers, page, err
}

// DataDir is where the demo keeps its data.
func (d *Demo) DataDir() string { return d.dir }

// URL is where the page is; the GraphQL endpoint is graphql below it.
func (d *Demo) URL() string { return "http://" + d.listener.Addr().String() + "/" }

// Run serves until ctx ends.
func (d *Demo) Run(ctx context.Context) error {
	defer KeepMemory(ctx, d.config.MemoryTargetMiB, d.surroundings)()
	return d.gateway.Run(ctx, d.listener)
}

// Close ends everything and removes the demo's data.
func (d *Demo) Close() error {
	var errs []error
	if d.gateway != nil {
		errs = append(errs, d.gateway.Close())
	}
	if d.Simulators != nil {
		errs = append(errs, d.Simulators.Close())
	}
	if d.dir != "" {
		errs = append(errs, os.RemoveAll(d.dir))
	}
	return errors.Join(errs...)
}

// lastWorkday is the last day before today on which the company worked, so that
// what the greeting asks for has an answer on a Monday too.
func lastWorkday(today time.Time) time.Time {
	day := today.AddDate(0, 0, -1)
	for company.KindOf(day) != company.Workday {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

// Greet writes what a newcomer needs.
func (d *Demo) Greet(w io.Writer) {
	c := d.Simulators.Company
	say(w, "Hitotsu demo: %d people in %d organisations; the last day with data is %s.\n\n",
		len(c.People), len(c.Organizations), c.Today.Format(time.DateOnly))
	say(w, "  GraphiQL   %s\n  GraphQL    %sgraphql\n\n", d.URL(), d.URL())
	say(w, "Bearer tokens:\n"+
		"  demo-hr         sees everybody\n"+
		"  demo-manager    sees the people of the managed organisations and below\n"+
		"  demo-employee   sees only themselves\n\n")
	for i, name := range []string{"AKASHI", "Jobcan", "Carely", "YESOD"} {
		s := d.Simulators.All()[i]
		say(w, "  simulator %-7s %s   control %s\n", name, s.URL(), s.ControlURL())
	}
	day := lastWorkday(c.Today).Format(time.DateOnly)
	say(w, "\nThree queries to try (GraphiQL has more):\n")
	for _, q := range []string{
		`{ employees(first: 3) { totalCount nodes { code name { display } organization { path } } } }`,
		fmt.Sprintf(`{ employees(first: 3) { nodes { code stamps(from: "%s", to: "%s") `+
			`{ nodes { occurredAt kind system } sources { system status } } } } }`, day, day),
		`{ viewer { name roles rights { visibleEmployees } } systems { system healthy quota { perSecond } } }`,
	} {
		say(w, "  curl -s %sgraphql -H 'Authorization: Bearer demo-hr' -H 'Content-Type: application/json' \\\n"+
			"    -d '{\"query\": %q}'\n", d.URL(), q)
	}
	say(w, "\nThe links' credentials, from another terminal:\n  hitotsu token list --demo\n\nCtrl-C ends everything.\n")
}

// say writes to somebody's terminal; when that fails nobody is left to tell.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
