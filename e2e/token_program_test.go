package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// program is the built program, made once for all tests that run it.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "hitotsu-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "hitotsu")
	out, err := exec.CommandContext(context.Background(), "go", "build", "-o", path, "../cmd/hitotsu").CombinedOutput()
	if err != nil {
		return path, fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
})

// programIsBuilt keeps TestMain from building what no test wanted.
var programIsBuilt sync.Once

func TestMain(m *testing.M) {
	code := m.Run()
	built := true
	programIsBuilt.Do(func() { built = false })
	if built {
		if path, err := program(); err == nil {
			_ = os.RemoveAll(filepath.Dir(path))
		}
	}
	os.Exit(code)
}

// ran is what a run of the program came to.
type ran struct {
	out, errs string
	code      int
}

// programRun prepares a run of the program with nothing of this process's
// environment.
func programRun(t *testing.T, environ []string, args ...string) *exec.Cmd {
	t.Helper()
	programIsBuilt.Do(func() {})
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), path, args...)
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir()}, environ...)
	return c
}

// runs starts the program and waits for its end.
func runs(t *testing.T, environ []string, stdin string, args ...string) ran {
	t.Helper()
	c := programRun(t, environ, args...)
	var out, errs bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(stdin), &out, &errs
	return ended(t, c.Run(), &out, &errs)
}

func ended(t *testing.T, err error, out, errs *bytes.Buffer) ran {
	t.Helper()
	r := ran{out: out.String(), errs: errs.String()}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		r.code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return r
}

// token runs "hitotsu token" against the gateway of the demo.
func (d *demo) token(t *testing.T, stdin string, args ...string) ran {
	t.Helper()
	return runs(t, nil, stdin, append([]string{"token", "--at", d.DataDir()}, args...)...)
}

// succeeds checks that a run did what was asked and said so.
func (r ran) succeeds(t *testing.T, pieces ...string) {
	t.Helper()
	if r.code != 0 {
		t.Fatalf("exit code %d: %s%s", r.code, r.out, r.errs)
	}
	r.says(t, r.out, pieces...)
}

// refuses checks that a run failed and said why.
func (r ran) refuses(t *testing.T, pieces ...string) {
	t.Helper()
	if r.code != 1 {
		t.Fatalf("exit code %d, want 1: %s%s", r.code, r.out, r.errs)
	}
	r.says(t, r.out+r.errs, pieces...)
}

func (ran) says(t *testing.T, text string, pieces ...string) {
	t.Helper()
	for _, piece := range pieces {
		if !strings.Contains(text, piece) {
			t.Errorf("no %q in:\n%s", piece, text)
		}
	}
}

// linkCarely runs "hitotsu token add carely" as an operator does: the URL that it
// prints is opened in a browser, and what answer makes of the address that the
// browser is sent to is typed in.
func linkCarely(t *testing.T, environ, args []string, answer func(allowed *url.URL) string) ran {
	t.Helper()
	c := programRun(t, environ, append([]string{"token", "add", "carely"}, args...)...)
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	c.Stderr = &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(io.TeeReader(stdout, &out))
	for {
		line, err := lines.ReadString('\n')
		if page := strings.TrimSpace(line); strings.HasPrefix(page, "http") {
			_, err = io.WriteString(stdin, answer(allow(t, page))+"\n")
			if err = errors.Join(err, stdin.Close()); err != nil {
				t.Error(err)
			}
		}
		if err != nil {
			break
		}
	}
	return ended(t, c.Wait(), &out, &errs)
}

// allow opens Carely's page as a browser does, presses its button and returns
// where the browser is sent to.
func allow(t *testing.T, page string) *url.URL {
	t.Helper()
	if resp := browse(t, http.MethodGet, page); resp.StatusCode != http.StatusOK {
		t.Fatalf("the page answers %d", resp.StatusCode)
	}
	back, err := url.Parse(browse(t, http.MethodPost, page).Header.Get("Location"))
	if err != nil || back.Query().Get("code") == "" {
		t.Fatalf("sent back without a code (%v)", err)
	}
	return back
}

// browse sends what a browser sends and follows no redirect.
func browse(t *testing.T, method, target string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(req) //nolint:forbidigo // a test talks to its own loopback server
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp
}

func whole(allowed *url.URL) string { return allowed.String() }

// askedForm is asked for the parameters of a form.
func askedForm(t *testing.T, s *control.Server, route string, form map[string]string) {
	t.Helper()
	for _, r := range s.History().Requests {
		fits := r.Route == route
		for name, value := range form {
			fits = fits && r.Form.Get(name) == value
		}
		if fits {
			return
		}
	}
	t.Errorf("no %s with %v among %v", route, form, s.History().Counters)
}

// The pair of RFC 7636, appendix B.
const (
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// bareTransport has no token layer, as the exchange of credentials needs.
func bareTransport(t *testing.T, system string) *transport.Client {
	t.Helper()
	base, err := transport.NewBase(transport.BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := transport.New(transport.Options{System: system, Link: "default", Base: base})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
