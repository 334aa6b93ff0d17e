package config

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Entry is one line of the reference.
type Entry struct {
	// System is empty for what is not a setting of a link.
	System System
	// Key is the place in the file; inside links[] for a link's setting.
	Key string
	// Variable is the environment variable; for a link, that of the link
	// default.
	Variable string
	// LinkVariable is the variable of a further link, with <NAME> in it.
	LinkVariable string
	// Default is empty when there is none.
	Default string
	// Required is whether a link must have it, or, for what is not a setting
	// of a link, always false: such needs depend on other settings.
	Required bool
	// Secret settings have a variable with _FILE after it and no key in the
	// file.
	Secret bool
	// List settings are sequences in the file and comma-separated in the
	// environment.
	List bool
	// Description is one sentence.
	Description string
}

// Reference lists every setting with its default, in the order of the
// documentation.
func Reference() []Entry {
	out := []Entry{{
		Variable: FileVariable, Description: "The YAML file; without it only the environment is read.",
	}}
	for _, row := range Default().settings() {
		out = append(out, row.entry(""))
	}
	for _, system := range Systems() {
		l := NewLink(system, DefaultLink)
		for _, row := range l.settings() {
			e := row.entry(system)
			e.LinkVariable = "HITOTSU_LINK_" + string(system) + "_<NAME>_" + envName(row.key)
			out = append(out, e)
		}
	}
	return out
}

func (s *setting) entry(system System) Entry {
	return Entry{
		System: system, Key: s.key, Variable: s.env, Default: s.get(), Required: s.required,
		Secret: s.isSecret, List: s.isList, Description: s.help,
	}
}

// Line is one setting as it is in force.
type Line struct {
	// Key is the place in the file; a link's begins with SYSTEM/name.
	Key string
	// Value is "[secret]" for a secret that is set.
	Value string
	// Origin is file:line, a variable, or "default".
	Origin string
}

// Summary is the configuration in force, for printing at start. It holds no
// secret. Of the settings of links that come in families, only those that were
// set are shown.
func (c *Config) Summary() []Line {
	var out []Line
	add := func(prefix string, rows []setting) {
		for _, row := range rows {
			origin := cmp.Or(c.origins[row.env], "default")
			hidden := origin == "default" && prefix != "" && strings.Contains(row.key, ".")
			if value := row.get(); value != "" && !hidden {
				out = append(out, Line{Key: prefix + row.key, Value: value, Origin: origin})
			}
		}
	}
	add("", c.settings())
	for i := range c.Links {
		l := &c.Links[i]
		add(l.ID()+" ", l.settings())
		if n := len(l.EmployeeTokens); n > 0 {
			out = append(out, Line{
				Key: l.ID() + " employee tokens", Value: fmt.Sprintf("%d of them", n),
				Origin: c.origins[envOf(l, "employee_tokens_file")],
			})
		}
	}
	return out
}

// String is Summary as an aligned table.
func (c *Config) String() string {
	lines := c.Summary()
	width := 0
	for _, l := range lines {
		width = max(width, utf8.RuneCountInString(l.Key))
	}
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%-*s  %s  (%s)\n", width, l.Key, l.Value, l.Origin)
	}
	return b.String()
}
