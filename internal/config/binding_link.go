package config

import (
	"errors"
	"regexp"
	"strings"
)

// places stand for the vendor's own id of a person: Jobcan's and YESOD's.
func places() []string { return []string{"{employee_id}", "{memberId}"} }

func pathEntry(m map[string]string, name string) binding {
	byDefault := m[name]
	return binding{
		get: func() string { return m[name] },
		set: func(v string) error {
			if err := checkPath(v); err != nil {
				return err
			}
			for _, place := range places() {
				switch belongs, there := strings.Contains(byDefault, place), strings.Contains(v, place); {
				case belongs && !there:
					return errors.New("must hold " + place + ", for the person's id")
				case !belongs && there:
					return errors.New("must not hold " + place + ": it is not about one person")
				}
			}
			m[name] = v
			return nil
		},
	}
}

// assumedEntry is the path of something that is off without one.
func assumedEntry(m map[string]string, name string) binding {
	return binding{
		get: func() string { return m[name] },
		set: func(v string) error {
			if err := checkPath(v); err != nil {
				return err
			}
			if strings.Trim(v, "/") == "" || strings.ContainsAny(v, "{}") {
				return errors.New("must be a path whose last part names the resource, without a place for an id")
			}
			m[name] = v
			return nil
		},
	}
}

func checkPath(v string) error {
	if !strings.HasPrefix(v, "/") || strings.ContainsAny(v, "?# ") || strings.ContainsFunc(v, isControl) {
		return errors.New("must be a path that begins with / and has no query")
	}
	return nil
}

// identifier is what GraphQL calls a name.
var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// nameEntry is the name of an argument.
func nameEntry(m map[string]string, name string) binding {
	return binding{
		get: func() string { return m[name] },
		set: func(v string) error {
			if !identifier.MatchString(v) {
				return errors.New("must be a name of letters, digits and underscores that begins with no digit")
			}
			m[name] = v
			return nil
		},
	}
}

// parameterName is the name of a query's parameter.
func parameterName(p *string) binding {
	b := text(p)
	b.set = func(v string) error {
		if !identifier.MatchString(v) {
			return errors.New("must be a name of letters, digits and underscores that begins with no digit")
		}
		*p = v
		return nil
	}
	return b
}

func idEntry(m map[string]string, name string) binding {
	return binding{
		get: func() string { return m[name] },
		set: func(v string) error {
			if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }) {
				return errors.New("must be an attribute's id as the console shows it")
			}
			m[name] = v
			return nil
		},
	}
}
