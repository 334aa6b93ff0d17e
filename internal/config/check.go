package config

import (
	"cmp"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// loadEmployeeTokens reads AKASHI's employees' own tokens.
func (l *loader) loadEmployeeTokens() {
	for _, link := range l.links {
		if link.EmployeeTokensFile == "" {
			continue
		}
		variable := envOf(link, "employee_tokens_file")
		root, ok := l.parse(link.EmployeeTokensFile, l.where(variable))
		if !ok || root == nil {
			continue
		}
		link.EmployeeTokens = make(map[string]Secret, len(root.Values))
		for _, entry := range root.Values {
			where := place(link.EmployeeTokensFile, entry.Key.GetToken())
			employee, okKey := keyOf(entry)
			value, okValue := scalar(entry.Value)
			if !okKey || !okValue || employee == "" || value == "" {
				l.fault(where, "must be an employee code, a colon and that employee's token")
				continue
			}
			var token Secret
			if err := secret(&token).set(value); err != nil {
				l.fault(where, "the token %s", err)
				continue
			}
			link.EmployeeTokens[employee] = token
		}
	}
}

// finish checks what only the whole can tell and hands the links over.
func (l *loader) finish(opts Options) {
	c := l.config
	slices.SortFunc(l.links, func(a, b *Link) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Systems(), a.System), slices.Index(Systems(), b.System)),
			cmp.Compare(a.Name, b.Name),
		)
	})
	for _, link := range l.links {
		l.checkLink(link)
	}
	durable := c.DataDir != "" || c.RedisURL.IsSet()
	if rotating := l.rotating(); rotating != "" && !durable {
		l.fault("HITOTSU_DATA_DIR", "link %s spends its credential whenever it renews it, and there is nowhere to "+
			"keep the new one; set HITOTSU_DATA_DIR or HITOTSU_REDIS_URL", rotating)
	}
	if durable && !c.EncryptionKey.IsSet() && !l.faulty("HITOTSU_ENCRYPTION_KEY") {
		l.fault("HITOTSU_ENCRYPTION_KEY", "is needed, because credentials are stored only encrypted; make one with "+
			"openssl rand -base64 32, and keep a copy apart from the data")
	}
	if !opts.WithoutCallers && c.CallersFile == "" {
		l.fault("HITOTSU_CALLERS_FILE", "is needed: without callers nobody could ask anything; it names the file of "+
			"names, SHA-256 of keys, roles and employee codes")
	}
	if c.Server.WriteTimeout <= c.Server.OperationBudget {
		l.fault(l.where("HITOTSU_WRITE_TIMEOUT"), "server.write_timeout must be longer than server.operation_budget, "+
			"or late answers are cut off")
	}
	c.Links = make([]Link, 0, len(l.links))
	for _, link := range l.links {
		c.Links = append(c.Links, *link)
	}
}

// rotating returns the first link that needs somewhere to keep a credential.
func (l *loader) rotating() string {
	for _, link := range l.links {
		if link.Rotates() {
			return link.ID()
		}
	}
	return ""
}

func (l *loader) checkLink(link *Link) {
	for _, row := range link.settings() {
		if row.required && row.get() == "" && !l.faulty(row.env) {
			where := cmp.Or(link.place, row.env)
			remedy := "set " + row.env
			if row.isSecret {
				remedy += " or " + row.env + "_FILE"
			} else if link.place != "" {
				remedy += " or " + row.key + " in the file"
			}
			l.fault(where, "link %s is half configured: %s is missing; %s, or remove what is set of the link",
				link.ID(), row.key, remedy)
		}
		if row.isURL && row.key != "redirect_url" && insecure(row.get()) && !l.config.AllowInsecureUpstreams {
			l.fault(l.where(row.env), "%s of link %s must begin with https://; http is for loopback only, unless "+
				"allow_insecure_upstreams is true in a test set-up", row.key, link.ID())
		}
	}
}

// faulty reports whether a variable, or its file, has a fault already, so that
// its absence is not reported as well.
func (l *loader) faulty(env string) bool {
	return slices.ContainsFunc(l.faults, func(f Fault) bool {
		return f.Where == env || f.Where == env+"_FILE" || strings.Contains(f.Problem, "set "+env+" or "+env+"_FILE")
	})
}

// where says where a setting was written, its variable if it has its default.
func (l *loader) where(env string) string { return cmp.Or(l.config.origins[env], env) }

func envOf(link *Link, key string) string {
	for _, row := range link.settings() {
		if row.key == key {
			return row.env
		}
	}
	return key
}

// insecure reports whether an address would carry credentials in the clear
// beyond this machine.
func insecure(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "http" && !loopback(u.Hostname())
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// ListensBeyondLoopback reports whether other machines can reach the gateway.
func (c *Config) ListensBeyondLoopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	return err != nil || !loopback(host)
}
