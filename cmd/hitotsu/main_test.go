package main // main itself is run, as the user runs it

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/jobcan"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"hitotsu": main})
}

// TestScripts runs every script of testdata/script with the real program. Beside
// testscript's own commands they know
//
//	exits CODE PROGRAM ARGS...   run, and compare the exit code
//	ports NAME COUNT             free ports: the first in $NAME, and ten further on
//	busy PORT                    hold a port until the script ends
//	free PORT...                 fail unless every port can be listened on
//	ready PORT                   wait at most 5 s until the page is there
//	reach PORT SYSTEM...         the same for simulators, given as 0 to 3
//	block FILE SCRIPT            cut the shell text out of what simulate printed
//	ask PORT TOKEN QUERY         print the answer to a query
//	dumps PORT FILE SYSTEM...    write a hash of the state of simulators, given as 0 to 3
//	systems                      start simulators and set the variables that connect them,
//	                             and $FROM and $TO to days with data
//	stop SYSTEM                  stop one of them
//	quirk SYSTEM NAME on|off     set a switch of one of them
//	impersonal                   fail if the last output holds a person or a credential
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "ports": ports, "busy": busy, "free": free, "ready": ready, "ask": ask, "dumps": dumps,
			"systems": systems, "stop": stop, "reach": reach, "block": block, "quirk": quirk,
			"impersonal": impersonal,
		},
		Setup: func(env *testscript.Env) error {
			env.Values[running{}] = map[string]*control.Server{}
			return nil
		},
	})
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func listen(port int) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:"+strconv.Itoa(port))
}

// ports looks for a span that is free now; the kernel gives out others.
func ports(ts *testscript.TestScript, _ bool, args []string) {
	count, err := strconv.Atoi(args[1])
	ts.Check(err)
	for range 50 {
		probe, err := listen(0)
		ts.Check(err)
		base := probe.Addr().(*net.TCPAddr).Port
		ts.Check(probe.Close())
		if base+10+count > 65_535 {
			continue
		}
		ok := true
		for i := range count {
			ok = ok && isFree(base+i) && isFree(base+10+i)
		}
		if ok {
			ts.Setenv(args[0], strconv.Itoa(base))
			return
		}
	}
	ts.Fatalf("no free ports")
}

func isFree(port int) bool {
	l, err := listen(port)
	return err == nil && l.Close() == nil
}

func busy(ts *testscript.TestScript, _ bool, args []string) {
	port, err := strconv.Atoi(args[0])
	ts.Check(err)
	l, err := listen(port)
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
}

func free(ts *testscript.TestScript, _ bool, args []string) {
	for _, text := range args {
		port, err := strconv.Atoi(text)
		ts.Check(err)
		if !isFree(port) {
			ts.Fatalf("port %d is still taken", port)
		}
	}
}

// startTime is how long a demo may take until it answers.
const startTime = 5 * time.Second

func ready(ts *testscript.TestScript, _ bool, args []string) {
	await(ts, "http://127.0.0.1:"+args[0]+"/", "<html")
}

func reach(ts *testscript.TestScript, _ bool, args []string) {
	base, err := strconv.Atoi(args[0])
	ts.Check(err)
	for _, system := range args[1:] {
		i, err := strconv.Atoi(system)
		ts.Check(err)
		await(ts, fmt.Sprintf("http://127.0.0.1:%d/", base+10+i), `"simulator"`)
	}
}

// await asks an address until the answer holds text.
func await(ts *testscript.TestScript, address, text string) {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	begin := time.Now()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		resp, err := do(ctx, http.MethodGet, address, "", nil)
		if err == nil && strings.Contains(resp, text) {
			ts.Logf("ready after %v", time.Since(begin).Round(time.Millisecond))
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			ts.Fatalf("not ready within %v: %v", startTime, err)
		}
	}
}

// block lets the gateway take the place of the shell, so that a signal reaches it.
func block(ts *testscript.TestScript, _ bool, args []string) {
	var script strings.Builder
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if script.Len() > 0 || line == "  umask 077\n" {
			if line == "\n" {
				break
			}
			script.WriteString(strings.Replace(strings.TrimPrefix(line, "  "), "hitotsu serve", "exec hitotsu serve", 1))
		}
	}
	if script.Len() == 0 {
		ts.Fatalf("nothing to paste")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(script.String()), 0o600))
}

func ask(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	body, err := json.Marshal(map[string]string{"query": args[2]})
	ts.Check(err)
	text, err := do(ctx, http.MethodPost, "http://127.0.0.1:"+args[0]+"/graphql", args[1], body)
	ts.Check(err)
	_, err = fmt.Fprintln(ts.Stdout(), text)
	ts.Check(err)
}

// dumpTime is ample: a dump has megabytes, and the race detector is slow.
const dumpTime = time.Minute

func dumps(ts *testscript.TestScript, _ bool, args []string) {
	base, err := strconv.Atoi(args[0])
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), dumpTime)
	defer cancel()
	var hashes strings.Builder
	for _, system := range args[2:] {
		i, err := strconv.Atoi(system)
		ts.Check(err)
		text, err := do(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/dump", base+10+i), "", nil)
		ts.Check(err)
		if len(text) < 10_000 {
			ts.Fatalf("the dump of simulator %d has only %d bytes", i, len(text))
		}
		fmt.Fprintf(&hashes, "%d %x\n", i, sha256.Sum256([]byte(text)))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(hashes.String()), 0o600))
}

func do(ctx context.Context, method, url, token string, body []byte) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	// A connection of its own: the program that answers ends within the script.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(resp.Body)
	return string(text), errors.Join(err, resp.Body.Close())
}

const token = "5eed0001-aaaa-4bbb-8ccc-000000000001"

// running is the key of the simulators of a script.
type running struct{}

// simulated is the company of the simulators.
func simulated() *company.Company {
	return company.New(company.Options{Seed: 1, Today: time.Now(), People: 100})
}

func systems(ts *testscript.TestScript, _ bool, _ []string) {
	c := simulated()
	health, err := carely.New(c, carely.Options{Seed: 1})
	ts.Check(err)
	servers := ts.Value(running{}).(map[string]*control.Server)
	for _, sim := range []control.Simulator{
		akashi.New(c, akashi.Options{Tokens: map[string]int{token: c.Persona(company.PersonaHR).Key}}),
		jobcan.New(c, jobcan.Options{Seed: 1}), health, yesod.New(c, yesod.Options{Seed: 1}),
	} {
		s := control.New(sim, control.Options{})
		ts.Check(s.Start(context.Background()))
		ts.Defer(func() { _ = s.Close() })
		servers[sim.Name()] = s
	}
	for name, value := range map[string]string{
		"AKASHI_URL":           servers["akashi"].URL() + "/api/cooperation",
		"AKASHI_COMPANY":       "demo",
		"AKASHI_TOKEN":         token,
		"JOBCAN_URL":           servers["jobcan"].URL(),
		"JOBCAN_TOKEN_URL":     servers["jobcan"].URL() + "/oauth/token",
		"JOBCAN_CLIENT_ID":     jobcan.DefaultClientID,
		"JOBCAN_CLIENT_SECRET": jobcan.DefaultClientSecret,
		"CARELY_URL":           servers["carely"].URL() + "/api/graphql",
		"CARELY_AUTH_URL":      servers["carely"].URL(),
		"CARELY_CLIENT_ID":     carely.DefaultClientID,
		"CARELY_CLIENT_SECRET": carely.DefaultClientSecret,
		"CARELY_REDIRECT_URL":  carely.DefaultRedirectURL,
		"CARELY_REFRESH_TOKEN": carely.DefaultRefreshToken,
		"YESOD_URL":            servers["yesod"].URL(),
		"YESOD_TOKEN":          yesod.DefaultToken,
	} {
		ts.Setenv("HITOTSU_"+name, value)
	}
	ts.Setenv("FROM", c.Today.AddDate(0, 0, -10).Format(time.DateOnly))
	ts.Setenv("TO", c.Today.AddDate(0, 0, -1).Format(time.DateOnly))
}

func stop(ts *testscript.TestScript, _ bool, args []string) {
	servers := ts.Value(running{}).(map[string]*control.Server)
	ts.Check(servers[args[0]].Stop())
}

func quirk(ts *testscript.TestScript, _ bool, args []string) {
	servers := ts.Value(running{}).(map[string]*control.Server)
	ts.Check(servers[args[0]].SetQuirks(map[string]bool{args[1]: args[2] == "on"}))
}

func impersonal(ts *testscript.TestScript, _ bool, _ []string) {
	output := ts.ReadFile("stdout") + ts.ReadFile("stderr")
	secrets := []string{
		token, jobcan.DefaultClientSecret, carely.DefaultClientSecret, carely.DefaultRefreshToken, yesod.DefaultToken,
	}
	c := simulated()
	for i := range c.People {
		p := &c.People[i]
		secrets = append(secrets, p.Code, p.Family, p.Given, p.FamilyKana, p.GivenKana, p.FamilyRoman, p.Email, p.JobTitle)
		for _, record := range p.In {
			secrets = append(secrets, record.Code, record.Family, record.Email)
		}
	}
	for i, s := range secrets {
		// A short word could stand in the text by chance.
		if len(s) > 4 && strings.Contains(output, s) {
			ts.Fatalf("the output holds what it must not, number %d of the list", i)
		}
	}
}
