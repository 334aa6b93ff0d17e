package run

import (
	"fmt"
	"io"
	"time"

	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/jobcan"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// Credential is one thing to know for talking to a simulator.
type Credential struct {
	Name, Value string
}

// System is how to reach one simulator.
type System struct {
	Name            string // as the vendor writes it
	URL, ControlURL string
	Credentials     []Credential
}

// Systems returns how to reach the simulators, in the order of their ports. The
// credentials are those of this moment; a reset brings the first ones back.
func (s *Simulators) Systems() []System {
	one := func(name string, server *control.Server, path string, credentials ...Credential) System {
		return System{
			Name: name, URL: server.URL() + path, ControlURL: server.ControlURL(), Credentials: credentials,
		}
	}
	return []System{
		one("AKASHI", s.Akashi, "/api/cooperation",
			Credential{"company", AkashiCompany},
			Credential{"token of a company administrator", s.AkashiToken(company.PersonaHR)},
			Credential{"token of a manager", s.AkashiToken(company.PersonaManager)},
			Credential{"token of an employee", s.AkashiToken(company.PersonaEmployee)},
		),
		one("Jobcan", s.Jobcan, "",
			Credential{"token endpoint", s.Jobcan.URL() + "/oauth/token"},
			Credential{"client id", jobcan.DefaultClientID},
			Credential{"client secret", jobcan.DefaultClientSecret},
		),
		one("Carely", s.Carely, "/api/graphql",
			Credential{"authorization server", s.Carely.URL()},
			Credential{"client id", carely.DefaultClientID},
			Credential{"client secret", carely.DefaultClientSecret},
			Credential{"redirect URL", carely.DefaultRedirectURL},
			Credential{"refresh token", carely.DefaultRefreshToken},
		),
		one("YESOD", s.Yesod, "", Credential{"bearer token", yesod.DefaultToken}),
	}
}

// Greet writes what somebody needs who is going to talk to the simulators.
func (s *Simulators) Greet(w io.Writer) {
	c := s.Company
	say(w, "Hitotsu simulators: %d people in %d organisations; the last day with data is %s.\n",
		len(c.People), len(c.Organizations), c.Today.Format(time.DateOnly))
	for _, system := range s.Systems() {
		say(w, "\n%s\n  %-34s %s\n  %-34s %s\n", system.Name, "address", system.URL, "control", system.ControlURL)
		for _, credential := range system.Credentials {
			say(w, "  %-34s %s\n", credential.Name, credential.Value)
		}
	}
	say(w, "\nTo try:\n"+
		"  curl '%s/api/cooperation/%s/staffs?token=%s'\n"+
		"  curl %s/history\n"+
		"  curl %s/fault -d '{\"status\": 503, \"times\": 1}'\n\nCtrl-C ends everything.\n",
		s.Akashi.URL(), AkashiCompany, s.AkashiToken(company.PersonaHR), s.Akashi.ControlURL(), s.Akashi.ControlURL())
}

// say writes to somebody's terminal; when that fails nobody is left to tell.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
