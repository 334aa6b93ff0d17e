package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/jobcan"
	"github.com/hitotsu/hitotsu/simulator/run"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// SimulateOptions are the choices of simulators that stand alone.
type SimulateOptions struct {
	// Seed and Today decide the company; a zero Today is the current day.
	Seed  uint64
	Today hr.Date
	// People is how many there are; 0 means 300.
	People int
	// PortBase is the port of the first simulator; 0 takes free ports.
	PortBase int
	// Listen and Host are as in run.Options.
	Listen, Host string
	// Only names the systems to simulate, as run.Names has them; empty means all.
	Only []string
	// Faults lets some reads go wrong in ways that a good client hides.
	Faults bool
	// Out takes what is for people.
	Out io.Writer
	Now func() time.Time
}

// Simulate runs simulated systems without a gateway until ctx ends, and tells how
// to reach them.
func Simulate(ctx context.Context, opts SimulateOptions) (err error) {
	start := run.Options{
		Seed: opts.Seed, People: opts.People, PortBase: opts.PortBase, Only: opts.Only, Now: opts.Now,
		MildFaults: opts.Faults, Listen: opts.Listen, Host: opts.Host,
	}
	if !opts.Today.IsZero() {
		start.Today = opts.Today.Start()
	}
	s, err := run.Start(ctx, start)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	s.Greet(opts.Out)
	say(opts.Out, "\nA gateway in front of them, to paste into another terminal:\n\n%s"+
		"\nIts bearer token is %s. Paste all of it again after a restart: credentials are exchanged, and the\n"+
		"exchanged ones are in the data directory.\n\nCtrl-C ends everything.\n",
		serveBlock(s, opts.Host != ""), simulatedCaller)
	<-ctx.Done()
	return nil
}

// simulatedCaller is the bearer token of the one caller of the gateway that the
// printed block starts. It opens nothing but invented data.
const simulatedCaller = "demo-hr"

// serveBlock is shell text that makes a directory and starts a gateway in front
// of the simulators.
func serveBlock(s *run.Simulators, beyondLoopback bool) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, "  "+format+"\n", args...) }
	line(`umask 077`)
	line(`export HITOTSU_DATA_DIR="$(mktemp -d)"`)
	line(`export HITOTSU_ENCRYPTION_KEY="$(openssl rand -base64 32)"`)
	line(`export HITOTSU_CALLERS_FILE="$HITOTSU_DATA_DIR/callers.yaml"`)
	if beyondLoopback {
		line("export HITOTSU_ALLOW_INSECURE_UPSTREAMS=true")
	}
	line(`printf '%%s\n' '- {name: me, role: hr, sha256: %x}' > "$HITOTSU_CALLERS_FILE"`,
		sha256.Sum256([]byte(simulatedCaller)))
	for _, variable := range simulatorEnviron(s) {
		name, value, _ := strings.Cut(variable, "=")
		line("export %s='%s'", name, value)
	}
	if s.Akashi != nil {
		line(`export HITOTSU_AKASHI_EMPLOYEE_TOKENS_FILE="$HITOTSU_DATA_DIR/tokens.yaml"`)
		for token := range strings.Lines(employeeTokens(s)) {
			line(`printf '%%s\n' '%s' >> "$HITOTSU_AKASHI_EMPLOYEE_TOKENS_FILE"`, strings.TrimSpace(token))
		}
	}
	line("hitotsu serve")
	return b.String()
}

// simulatorEnviron is what of a gateway's configuration connects it to the
// simulators that run.
func simulatorEnviron(s *run.Simulators) []string {
	var env []string
	if s.Akashi != nil {
		env = append(env,
			"HITOTSU_AKASHI_URL="+s.Akashi.URL()+"/api/cooperation",
			"HITOTSU_AKASHI_COMPANY="+run.AkashiCompany,
			"HITOTSU_AKASHI_TOKEN="+s.AkashiToken(company.PersonaHR),
		)
	}
	if s.Jobcan != nil {
		env = append(env,
			"HITOTSU_JOBCAN_URL="+s.Jobcan.URL(),
			"HITOTSU_JOBCAN_TOKEN_URL="+s.Jobcan.URL()+"/oauth/token",
			"HITOTSU_JOBCAN_CLIENT_ID="+jobcan.DefaultClientID,
			"HITOTSU_JOBCAN_CLIENT_SECRET="+jobcan.DefaultClientSecret,
		)
	}
	if s.Carely != nil {
		env = append(env,
			"HITOTSU_CARELY_URL="+s.Carely.URL()+"/api/graphql",
			"HITOTSU_CARELY_AUTH_URL="+s.Carely.URL(),
			"HITOTSU_CARELY_CLIENT_ID="+carely.DefaultClientID,
			"HITOTSU_CARELY_CLIENT_SECRET="+carely.DefaultClientSecret,
			"HITOTSU_CARELY_REDIRECT_URL="+carely.DefaultRedirectURL,
			"HITOTSU_CARELY_REFRESH_TOKEN="+carely.DefaultRefreshToken,
		)
	}
	if s.Yesod != nil {
		env = append(env, "HITOTSU_YESOD_URL="+s.Yesod.URL(), "HITOTSU_YESOD_TOKEN="+yesod.DefaultToken)
	}
	return env
}

// employeeTokens is the file of AKASHI tokens of the personas that are not the
// administrator.
func employeeTokens(s *run.Simulators) string {
	var b strings.Builder
	for _, p := range []company.Persona{company.PersonaManager, company.PersonaEmployee} {
		fmt.Fprintf(&b, "%q: %q\n", s.Company.Persona(p).In[company.Akashi].Code, s.AkashiToken(p))
	}
	return b.String()
}
