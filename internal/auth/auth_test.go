package auth_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/auth"
)

func sum(key string) string {
	s := sha256.Sum256([]byte(key))
	return hex.EncodeToString(s[:])
}

func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "callers.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoad(t *testing.T) {
	t.Parallel()
	callers, err := auth.Load(write(t, `
# our keys
- name: payroll
  sha256: `+sum("one")+`
  role: hr
- name: portal
  sha256: "`+strings.ToUpper(sum("two"))+`"
  role: manager
  employee_code: "000123"
- name: kiosk
  sha256: `+sum("three")+`
  role: employee
  employee_code: 000124
`))
	if err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]auth.Caller{
		"one":   {Name: "payroll", Role: auth.HR},
		"two":   {Name: "portal", Role: auth.Manager, EmployeeCode: "000123"},
		"three": {Name: "kiosk", Role: auth.Employee, EmployeeCode: "000124"},
	} {
		got, ok := callers.Authenticate(token)
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%s: %v %s", token, ok, diff)
		}
	}
	for _, token := range []string{"", "four", sum("one"), "one ", "ONE"} {
		if got, ok := callers.Authenticate(token); ok {
			t.Errorf("%q is %v", token, got)
		}
	}
}

func TestLoad_reportsAllFaults(t *testing.T) {
	t.Parallel()
	path := write(t, `- name: payroll
  sha256: `+sum("one")+`
  role: hr
- name: payroll
  sha256: `+sum("one")+`
  role: boss
- sha256: `+sum("two")+`
  role: manager
- name: short
  sha256: abcd
  role: hr
- name: extra
  sha256: `+sum("three")+`
  role: hr
  admin: true
- just a word
- name: [a, b]
  sha256: `+sum("four")+`
  role: hr
`)
	_, err := auth.Load(path)
	if err == nil {
		t.Fatal("no error")
	}
	want := []string{
		path + ":4: role is none of hr, manager and employee",
		path + ":4: the name is used twice",
		path + ":4: the key is used twice",
		path + ":7: name is missing",
		path + ":7: role manager needs an employee_code",
		path + ":9: sha256 is not 64 hexadecimal digits",
		path + ":15: unknown field; the fields are name, sha256, role and employee_code",
		path + ":16: not a caller",
		path + ":17: a value is not a string; write it in quotes",
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
	for _, secret := range []string{sum("one"), sum("two"), sum("three")} {
		if strings.Contains(err.Error(), secret) {
			t.Error("a hash is in the message")
		}
	}
}

func TestLoad_refuses(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"empty":      "",
		"empty list": "[]",
		"mapping":    "name: a",
		"two docs":   "- name: a\n---\n- name: b\n",
		"not yaml":   "- name: \"a\n\t",
		"duplicate":  "- name: a\n  name: b\n  sha256: " + sum("x") + "\n  role: hr\n",
		"huge":       strings.Repeat("# comment\n", 200_000),
	} {
		if _, err := auth.Load(write(t, content)); err == nil {
			t.Errorf("%s was accepted", name)
		} else if strings.Contains(err.Error(), sum("x")) {
			t.Errorf("%s: a hash is in the message", name)
		}
	}
	if _, err := auth.Load(filepath.Join(t.TempDir(), "none.yaml")); err == nil {
		t.Error("a missing file was accepted")
	}
}

func TestNewStatic(t *testing.T) {
	t.Parallel()
	hr := auth.Caller{Name: "hr", Role: auth.HR}
	callers, err := auth.NewStatic([]auth.Static{{Caller: hr, Token: "demo-hr"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := callers.Authenticate("demo-hr"); !ok || got != hr {
		t.Errorf("%v %v", got, ok)
	}
	if callers.Len() != 1 {
		t.Errorf("%d callers", callers.Len())
	}
	_, err = auth.NewStatic([]auth.Static{{Caller: hr}, {Caller: hr, Token: "a"}, {Caller: hr, Token: "b"}})
	if err == nil || len(strings.Split(err.Error(), "\n")) != 2 {
		t.Errorf("%v", err)
	}
}

func TestContext(t *testing.T) {
	t.Parallel()
	if _, ok := auth.From(t.Context()); ok {
		t.Error("a caller without With")
	}
	want := auth.Caller{Name: "a", Role: auth.HR}
	if got, ok := auth.From(auth.With(t.Context(), want)); !ok || got != want {
		t.Errorf("%v %v", got, ok)
	}
}
