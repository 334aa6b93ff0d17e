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
	var out []System
	add := func(name string, server *control.Server, path string, credentials func() []Credential) {
		if server != nil {
			out = append(out, System{
				Name: name, URL: server.URL() + path, ControlURL: server.ControlURL(), Credentials: credentials(),
			})
		}
	}
	add("AKASHI", s.Akashi, "/api/cooperation", func() []Credential {
		return []Credential{
			{"company", AkashiCompany},
			{"token of a company administrator", s.AkashiToken(company.PersonaHR)},
			{"token of a manager", s.AkashiToken(company.PersonaManager)},
			{"token of an employee", s.AkashiToken(company.PersonaEmployee)},
		}
	})
	add("Jobcan", s.Jobcan, "", func() []Credential {
		return []Credential{
			{"token endpoint", s.Jobcan.URL() + "/oauth/token"},
			{"client id", jobcan.DefaultClientID},
			{"client secret", jobcan.DefaultClientSecret},
		}
	})
	add("Carely", s.Carely, "/api/graphql", func() []Credential {
		return []Credential{
			{"authorization server", s.Carely.URL()},
			{"client id", carely.DefaultClientID},
			{"client secret", carely.DefaultClientSecret},
			{"redirect URL", carely.DefaultRedirectURL},
			{"refresh token", carely.DefaultRefreshToken},
		}
	})
	add("YESOD", s.Yesod, "", func() []Credential { return []Credential{{"bearer token", yesod.DefaultToken}} })
	return out
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
	say(w, "\nTo try:\n")
	if s.Akashi != nil {
		say(w, "  curl '%s/api/cooperation/%s/staffs?token=%s'\n",
			s.Akashi.URL(), AkashiCompany, s.AkashiToken(company.PersonaHR))
	}
	for _, one := range s.All()[:1] {
		say(w, "  curl %s/history\n  curl %s/fault -d '{\"status\": 503, \"times\": 1}'\n",
			one.ControlURL(), one.ControlURL())
	}
}

// say writes to somebody's terminal; when that fails nobody is left to tell.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
