package run_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func today() time.Time { return time.Date(2026, 10, 16, 0, 0, 0, 0, company.JST) }

func start(t *testing.T, opts run.Options) *run.Simulators {
	t.Helper()
	s, err := run.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// get returns status and body; every call has its own connection.
func get(t *testing.T, url string) (int, string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestStart_allFourAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, run.Options{Seed: 1, Today: today(), People: 120})
	if len(s.Company.People) != 120 || !s.Company.Today.Equal(today()) {
		t.Errorf("%d people on %s", len(s.Company.People), s.Company.Today)
	}
	for i, name := range []string{"akashi", "jobcan", "carely", "yesod"} {
		one := s.All()[i]
		if status, body := get(t, one.ControlURL()+"/"); status != 200 || !strings.Contains(body, `"simulator":"`+name+`"`) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	address := s.Akashi.URL() + "/api/cooperation/" + run.AkashiCompany + "/staffs?token="
	for _, persona := range []company.Persona{company.PersonaHR, company.PersonaManager, company.PersonaEmployee} {
		if status, body := get(t, address+url.QueryEscape(s.AkashiToken(persona))); status != 200 {
			t.Errorf("%s: %d %s", persona, status, body)
		}
	}
}

func TestStart_ports(t *testing.T) {
	t.Parallel()
	base := freeBase(t)
	s := start(t, run.Options{Today: today(), People: 100, PortBase: base})
	for i, one := range s.All() {
		want := "http://127.0.0.1:" + strconv.Itoa(base+i)
		wantControl := "http://127.0.0.1:" + strconv.Itoa(base+i+run.ControlOffset)
		if one.URL() != want || one.ControlURL() != wantControl {
			t.Errorf("%s and %s, want %s and %s", one.URL(), one.ControlURL(), want, wantControl)
		}
	}
	if _, err := run.Start(t.Context(), run.Options{Today: today(), People: 100, PortBase: base}); err == nil ||
		!strings.Contains(err.Error(), "--port-base") {
		t.Errorf("taken ports: %v", err)
	}
}

// freeBase finds fourteen ports of which the outer ones are free now.
func freeBase(t *testing.T) int {
	t.Helper()
	for base := 42_000; base < 60_000; base += 20 {
		free := true
		for offset := range run.ControlOffset + 4 {
			l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:"+strconv.Itoa(base+offset))
			if err != nil {
				free = false
				break
			}
			_ = l.Close()
		}
		if free {
			return base
		}
	}
	t.Fatal("no ports are free")
	return 0
}

func TestStart_refuses(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]run.Options{
		"few people":  {People: 99},
		"many people": {People: 20_001},
		"port":        {PortBase: 65_530},
		"negative":    {PortBase: -1},
	} {
		if s, err := run.Start(t.Context(), opts); err == nil {
			_ = s.Close()
			t.Errorf("%s: started", name)
		}
	}
}

func TestGreet_namesEverything(t *testing.T) {
	t.Parallel()
	s := start(t, run.Options{Today: today(), People: 100})
	var b strings.Builder
	s.Greet(&b)
	for _, system := range s.Systems() {
		if len(system.Credentials) == 0 {
			t.Errorf("%s has no credentials", system.Name)
		}
		for _, credential := range system.Credentials {
			if credential.Value == "" || !strings.Contains(b.String(), credential.Value) {
				t.Errorf("%s: %s is not named", system.Name, credential.Name)
			}
		}
		for _, text := range []string{system.Name, system.URL, system.ControlURL} {
			if !strings.Contains(b.String(), text) {
				t.Errorf("%q is not named", text)
			}
		}
	}
}

func TestStart_mildFaults(t *testing.T) {
	t.Parallel()
	s := start(t, run.Options{Today: today(), People: 100, MildFaults: true})
	for _, server := range s.All() {
		for _, fault := range server.Faults() {
			if fault.Method != "GET" || fault.PerMille == 0 {
				t.Errorf("%s: not mild: %+v", server.URL(), fault)
			}
		}
	}
	if len(s.Akashi.Faults()) == 0 || len(s.Jobcan.Faults()) == 0 {
		t.Error("no faults are in force")
	}
}

func TestStart_only(t *testing.T) {
	t.Parallel()
	s := start(t, run.Options{Today: today(), People: 100, Only: []string{"yesod", "carely"}, MildFaults: true})
	var names []string
	for _, system := range s.Systems() {
		names = append(names, system.Name)
	}
	if got := strings.Join(names, " "); got != "Carely YESOD" || len(s.All()) != 2 || s.Akashi != nil {
		t.Errorf("%s run, %d servers", got, len(s.All()))
	}
	var b strings.Builder
	s.Greet(&b)
	if strings.Contains(b.String(), "AKASHI") {
		t.Error("greets for a system that does not run")
	}
	if _, err := run.Start(t.Context(), run.Options{People: 100, Only: []string{"kintone"}}); err == nil {
		t.Error("an unknown system is started")
	}
}
