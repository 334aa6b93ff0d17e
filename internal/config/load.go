package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
)

// FileVariable names the YAML file.
const FileVariable = "HITOTSU_CONFIG"

// Options says where Load reads from.
type Options struct {
	// Environ is the environment as os.Environ gives it.
	Environ []string
	// ReadFile reads the YAML file and secret files; nil is os.ReadFile.
	ReadFile func(name string) ([]byte, error)
	// WithoutCallers accepts a configuration without a callers file: for the
	// demo, which brings its own, and for commands that do not serve.
	WithoutCallers bool
}

// Load reads and checks a whole configuration. Its error is a *fault.Error with
// the code MISCONFIGURED that wraps Faults.
func Load(opts Options) (*Config, error) {
	l := newLoader(opts)
	if name := l.environ[FileVariable]; name != "" {
		l.loadFile(name)
	}
	l.loadEnviron()
	l.loadEmployeeTokens()
	l.finish(opts)
	if err := l.faults.err(); err != nil {
		return nil, err
	}
	return l.config, nil
}

// loader holds a configuration that is being read.
type loader struct {
	config   *Config
	environ  map[string]string
	readFile func(string) ([]byte, error)
	links    []*Link // pointers, because their settings point into them
	used     map[string]bool
	faults   Faults
}

func newLoader(opts Options) *loader {
	l := &loader{
		config:   Default(),
		environ:  map[string]string{},
		readFile: opts.ReadFile,
		used:     map[string]bool{FileVariable: true},
	}
	if l.readFile == nil {
		l.readFile = os.ReadFile
	}
	for _, pair := range opts.Environ {
		name, value, ok := strings.Cut(pair, "=")
		switch {
		case !ok || !strings.HasPrefix(name, "HITOTSU_"):
		case value == "":
			// As good as none: composed environments write NAME= for what they
			// do not set.
			delete(l.environ, name)
		default:
			l.environ[name] = value
		}
	}
	return l
}

func (l *loader) fault(where, format string, args ...any) {
	l.faults = append(l.faults, Fault{Where: where, Problem: fmt.Sprintf(format, args...)})
}

// link returns the link of that system and name, made if it is new.
func (l *loader) link(system System, name string) *Link {
	for _, have := range l.links {
		if have.System == system && have.Name == name {
			return have
		}
	}
	made := NewLink(system, name)
	l.links = append(l.links, &made)
	return &made
}

func (l *loader) variables() []string {
	names := make([]string, 0, len(l.environ))
	for name := range l.environ {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (l *loader) loadEnviron() {
	for _, name := range l.variables() {
		l.findLink(name)
	}
	rows := l.config.settings()
	for _, link := range l.links {
		rows = append(rows, link.settings()...)
	}
	slices.SortStableFunc(rows, func(a, b setting) int { return cmp.Compare(a.env, b.env) })
	for _, row := range rows {
		l.setFromEnviron(row)
	}
	for _, name := range l.variables() {
		if !l.used[name] {
			l.unknown(name)
		}
	}
}

func (l *loader) setFromEnviron(row setting) {
	where, value := row.env, l.environ[row.env]
	l.used[row.env] = true
	if row.isSecret || row.env == "HITOTSU_REDIS_URL" {
		if file := l.environ[row.env+"_FILE"]; file != "" {
			where = row.env + "_FILE"
			l.used[where] = true
			if value != "" {
				l.fault(where, "%s is set too; keep one of them", row.env)
				return
			}
			content, err := l.readFile(file)
			if err != nil {
				l.fault(where, "the file it names cannot be read (%s)", reason(err))
				return
			}
			value = strings.TrimRight(string(content), "\r\n")
			if value == "" {
				l.fault(where, "the file it names is empty")
				return
			}
		}
	}
	if value == "" {
		return
	}
	if err := row.set(value); err != nil {
		l.fault(where, "%s", err)
		return
	}
	l.config.origins[row.env] = where
}

// linkVariable splits HITOTSU_LINK_<SYSTEM>_<NAME>_<FIELD>. A name holds no
// underscore, so there is one way to read it.
var linkVariable = regexp.MustCompile(`^HITOTSU_(?:LINK_)?(AKASHI|JOBCAN|CARELY|YESOD)_(.+)$`)

// linkName is how a link may be called.
var linkName = regexp.MustCompile(`^[a-z][a-z0-9]{0,31}$`)

// findLink makes the link that a variable belongs to. The variable itself is
// read later, as a setting of that link.
func (l *loader) findLink(variable string) {
	m := linkVariable.FindStringSubmatch(variable)
	if m == nil {
		return
	}
	system, name, field := System(m[1]), DefaultLink, m[2]
	if strings.HasPrefix(variable, "HITOTSU_LINK_") {
		upper, rest, _ := strings.Cut(m[2], "_")
		name, field = strings.ToLower(upper), rest
		if name == DefaultLink || !linkName.MatchString(name) {
			return // reported as unknown
		}
	}
	probe := NewLink(system, name)
	for _, row := range probe.settings() {
		if tail := envName(row.key); field == tail || (row.isSecret && field == tail+"_FILE") {
			l.link(system, name)
			return
		}
	}
}

// unknown reports a variable nobody reads. It is a fault only where it cannot
// belong to anything else: orchestrators invent variables such as
// HITOTSU_SERVICE_HOST.
func (l *loader) unknown(name string) {
	m := linkVariable.FindStringSubmatch(name)
	switch {
	case m == nil && !strings.HasPrefix(name, "HITOTSU_LINK_"):
		l.config.Warnings = append(l.config.Warnings, name+" is set but means nothing to the gateway")
	case m == nil:
		l.fault(name, "is not a setting: write HITOTSU_LINK_<SYSTEM>_<NAME>_<FIELD> with SYSTEM one of "+
			"AKASHI, JOBCAN, CARELY, YESOD")
	case strings.HasPrefix(name, "HITOTSU_LINK_"+m[1]+"_DEFAULT_"):
		l.fault(name, "the link default has the short variables: HITOTSU_%s_<FIELD>", m[1])
	default:
		probe := NewLink(System(m[1]), DefaultLink)
		l.fault(name, "is not a setting of %s; its fields are %s (secrets also with _FILE), and a link's name is "+
			"letters and digits", m[1], strings.ToUpper(strings.Join(probe.fieldNames(), ", ")))
	}
}

// fieldNames are the link's settings without those that come in families.
func (l *Link) fieldNames() []string {
	var out []string
	for _, row := range l.settings() {
		if !strings.Contains(row.key, ".") {
			out = append(out, row.key)
		}
	}
	return out
}

// reason says why a file cannot be read without naming it.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	default:
		return "reading failed"
	}
}
