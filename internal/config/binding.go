package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// binding joins a setting to its field. set's errors say what a value must be
// and never what it was: whoever pastes a token into the wrong line must not
// find it in a log.
type binding struct {
	get      func() string
	set      func(string) error
	isSecret bool
	isList   bool
	required bool
	isURL    bool
}

func required(b binding) binding {
	b.required = true
	return b
}

func text(p *string) binding {
	return binding{
		get: func() string { return *p },
		set: func(v string) error {
			if strings.ContainsFunc(v, isControl) {
				return errors.New("must not hold control characters")
			}
			*p = v
			return nil
		},
	}
}

// code is a text that becomes part of a path or of a header.
func code(p *string) binding {
	b := text(p)
	b.set = func(v string) error {
		if strings.ContainsFunc(v, func(r rune) bool { return isControl(r) || strings.ContainsRune(" /?#%", r) }) {
			return errors.New("must not hold spaces, control characters or any of / ? # %")
		}
		*p = v
		return nil
	}
	return b
}

func secret(p *Secret) binding {
	return binding{
		isSecret: true,
		get:      func() string { return p.String() },
		set: func(v string) error {
			if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }) {
				return errors.New("must be printable ASCII without spaces; was it copied whole, and only once?")
			}
			*p = NewSecret(v)
			return nil
		},
	}
}

func keySecret(p *Secret) binding {
	b := secret(p)
	b.set = func(v string) error {
		if _, err := parseKey(v); err != nil {
			return err
		}
		*p = NewSecret(v)
		return nil
	}
	return b
}

// keyBytes is the length of an encryption key.
const keyBytes = 32

func parseKey(v string) ([]byte, error) {
	if key, err := hex.DecodeString(v); err == nil && len(key) == keyBytes {
		return key, nil
	}
	plain := strings.TrimRight(v, "=")
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if key, err := enc.DecodeString(plain); err == nil && len(key) == keyBytes {
			return key, nil
		}
	}
	return nil, errors.New("must be 32 bytes in base64 (44 characters) or hex (64 of them); make one with: " +
		"openssl rand -base64 32")
}

// redisURL accepts what go-redis parses; whether a password may stand there
// depends on where it was written, which the loader checks.
func redisURL(p *Secret) binding {
	b := secret(p)
	b.isSecret = false
	b.set = func(v string) error {
		u, err := url.Parse(v)
		if err != nil || !slices.Contains([]string{"redis", "rediss", "unix"}, u.Scheme) {
			return errors.New("must be a URL that begins with redis://, rediss:// or unix://")
		}
		*p = NewSecret(v)
		return nil
	}
	return b
}

var redisPrefixes = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)

// redisPrefix is what internal/store takes as a prefix.
func redisPrefix(p *string) binding {
	b := text(p)
	b.set = func(v string) error {
		if !redisPrefixes.MatchString(v) {
			return errors.New("must be at most 64 letters, digits and any of . _ : -")
		}
		*p = v
		return nil
	}
	return b
}

// link is the address of an upstream. Whether http is allowed is checked when
// all is read, because it depends on another setting.
func link(p *string) binding {
	b := text(p)
	b.isURL = true
	b.set = func(v string) error {
		u, err := url.Parse(v)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" {
			return errors.New("must be a URL such as https://host/path")
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(v, "#") {
			return errors.New("must be a URL without user, query or fragment; credentials have their own settings")
		}
		*p = strings.TrimRight(v, "/")
		return nil
	}
	return b
}

func hostPort(p *string) binding {
	b := text(p)
	b.set = func(v string) error {
		_, port, err := net.SplitHostPort(v)
		if err != nil {
			return errors.New("must be host:port, such as 127.0.0.1:8080 or :8080")
		}
		if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
			return errors.New("must end in a port from 0 to 65535")
		}
		*p = v
		return nil
	}
	return b
}

func boolean(p *bool) binding {
	return binding{
		get: func() string { return strconv.FormatBool(*p) },
		set: func(v string) error {
			switch strings.ToLower(v) {
			case "true", "1", "yes", "on":
				*p = true
			case "false", "0", "no", "off":
				*p = false
			default:
				return errors.New("must be true or false")
			}
			return nil
		},
	}
}

func integer(p *int, least, most int) binding {
	return binding{
		get: func() string { return strconv.Itoa(*p) },
		set: func(v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n < least || n > most {
				return fmt.Errorf("must be a whole number from %d to %d", least, most)
			}
			*p = n
			return nil
		},
	}
}

func number(p *float64, least, most float64) binding {
	return binding{
		get: func() string { return strconv.FormatFloat(*p, 'g', -1, 64) },
		set: func(v string) error {
			n, err := strconv.ParseFloat(v, 64)
			if err != nil || !(n >= least && n <= most) { // written so that NaN is refused
				return fmt.Errorf("must be a number from %g to %g", least, most)
			}
			*p = n
			return nil
		},
	}
}

func duration(p *time.Duration, least, most time.Duration) binding {
	return binding{
		get: func() string { return shortDuration(*p) },
		set: func(v string) error {
			d, err := time.ParseDuration(v)
			if err != nil || d < least || d > most {
				return fmt.Errorf("must be a duration with its unit, such as 30s, 10m or 6h, from %s to %s",
					shortDuration(least), shortDuration(most))
			}
			*p = d
			return nil
		},
	}
}

// shortDuration writes 6h, not 6h0m0s.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// clock is a time of the morning, in minutes after midnight.
func clock(p *int) binding {
	return binding{
		get: func() string { return fmt.Sprintf("%02d:%02d", *p/60, *p%60) },
		set: func(v string) error {
			t, err := time.Parse("15:04", v)
			if err != nil || len(v) != len("15:04") || t.Hour() >= 12 {
				return errors.New(`must be a time from "00:00" to "11:59"`)
			}
			*p = t.Hour()*60 + t.Minute()
			return nil
		},
	}
}

func oneOf(p *string, options ...string) binding {
	return binding{
		get: func() string { return *p },
		set: func(v string) error {
			if !slices.Contains(options, v) {
				return fmt.Errorf("must be one of %s", strings.Join(options, ", "))
			}
			*p = v
			return nil
		},
	}
}

// list is a sequence in the file, and separated by commas in the environment.
func list(p *[]string) binding {
	return binding{
		isList: true,
		get:    func() string { return strings.Join(*p, ",") },
		set: func(v string) error {
			var out []string
			for item := range strings.SplitSeq(v, ",") {
				item = strings.TrimSpace(item)
				if strings.ContainsFunc(item, func(r rune) bool { return isControl(r) || r == ' ' }) {
					return errors.New("must be a list whose items hold no spaces; separate them by commas")
				}
				if item != "" {
					out = append(out, item)
				}
			}
			*p = out
			return nil
		},
	}
}

// systems is an order of systems, each at most once; those left out come last.
func systems(p *[]System) binding {
	var items []string
	b := list(&items)
	set := b.set
	b.get = func() string {
		names := make([]string, len(*p))
		for i, s := range *p {
			names[i] = string(s)
		}
		return strings.Join(names, ",")
	}
	b.set = func(v string) error {
		if err := set(v); err != nil {
			return err
		}
		var order []System
		for _, item := range items {
			s := System(item)
			if !slices.Contains(Systems(), s) || slices.Contains(order, s) {
				return errors.New("must be a list of AKASHI, JOBCAN, CARELY and YESOD, each at most once")
			}
			order = append(order, s)
		}
		*p = order
		return nil
	}
	return b
}

// origins is a list of web origins, or "*" alone.
func origins(p *[]string) binding {
	var items []string
	b := list(&items)
	set := b.set
	b.get = func() string { return strings.Join(*p, ",") }
	b.set = func(v string) error {
		if err := set(v); err != nil {
			return err
		}
		for _, item := range items {
			u, err := url.Parse(item)
			if item != "*" && (err != nil || u.Host == "" || u.Scheme+"://"+u.Host != item) {
				return errors.New(`must be a list of origins such as https://hr.example.jp, without a path, or "*"`)
			}
		}
		*p = items
		return nil
	}
	return b
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
