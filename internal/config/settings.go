package config

import (
	"strings"
	"time"
)

// setting is one scalar of the configuration: its names, its meaning, and how
// it is read and shown.
type setting struct {
	key  string // in the file, parts joined by dots
	env  string // the variable
	help string // one sentence for the reference
	binding
}

// settings is the table of everything outside links.
func (c *Config) settings() []setting {
	second, day := time.Second, 24*time.Hour
	s, l := &c.Server, &c.Limits
	rows := []setting{
		{key: "listen", help: "Address and port the gateway listens on.", binding: hostPort(&c.Listen)},
		{key: "data_dir", help: "Directory of the embedded store; created if missing.", binding: text(&c.DataDir)},
		{key: "redis_url", help: "Redis, such as redis://host:6379/0 or rediss://. A URL with a password is accepted " +
			"only from the environment.", binding: redisURL(&c.RedisURL)},
		{key: "encryption_key", help: "32 bytes in base64 or hex that encrypt stored credentials. Make one with: " +
			"openssl rand -base64 32", binding: keySecret(&c.EncryptionKey)},
		{key: "callers_file", help: "File of those who may ask: names, SHA-256 of their keys, roles and employee codes.",
			binding: text(&c.CallersFile)},
		{key: "allow_insecure_upstreams", help: "Accept http URLs to hosts other than loopback. For test set-ups only: " +
			"credentials travel unencrypted.", binding: boolean(&c.AllowInsecureUpstreams)},
		{key: "day_change", help: "When a labour day begins, Japanese time.", binding: clock(&c.DayChangeMinutes)},
		{key: "directory_max_age", help: "How old the index of people may grow before it is built anew.",
			binding: duration(&c.DirectoryMaxAge, time.Minute, 7*day)},

		{key: "server.operation_budget", help: "Time one GraphQL operation may take in all.",
			binding: duration(&s.OperationBudget, 100*time.Millisecond, 10*time.Minute)},
		{key: "server.read_header_timeout", help: "Time to read a request's header.",
			binding: duration(&s.ReadHeaderTimeout, 100*time.Millisecond, time.Minute)},
		{key: "server.read_timeout", help: "Time to read a whole request.",
			binding: duration(&s.ReadTimeout, 100*time.Millisecond, 10*time.Minute)},
		{key: "server.write_timeout", help: "Time from a request's header to the end of its answer; must be longer than " +
			"server.operation_budget.", binding: duration(&s.WriteTimeout, 100*time.Millisecond, time.Hour)},
		{key: "server.idle_timeout", help: "Time an idle connection is kept.",
			binding: duration(&s.IdleTimeout, second, time.Hour)},
		{key: "server.shutdown_timeout", help: "Time running operations have to end after a signal.",
			binding: duration(&s.ShutdownTimeout, 0, 10*time.Minute)},
		{key: "server.cors_origins", help: "Origins whose pages may call the gateway, such as https://hr.example.jp.",
			binding: origins(&s.CORSOrigins)},
		{key: "server.introspection", help: "Let callers read the schema.", binding: boolean(&s.Introspection)},
		{key: "server.suggestions", help: "Let validation errors name what was probably meant.",
			binding: boolean(&s.Suggestions)},

		{key: "limits.body_bytes", help: "Bytes of a request's body.", binding: integer(&l.BodyBytes, 1024, 64<<20)},
		{key: "limits.tokens", help: "Lexical tokens of a document.", binding: integer(&l.Tokens, 100, 100_000)},
		{key: "limits.depth", help: "Nesting of a document's fields.", binding: integer(&l.Depth, 1, 100)},
		{key: "limits.aliases", help: "Aliases in a document.", binding: integer(&l.Aliases, 0, 10_000)},
		{key: "limits.width", help: "Fields in one selection of a document.", binding: integer(&l.Width, 1, 10_000)},
		{key: "limits.cost", help: "Price the gateway may put on a document.", binding: integer(&l.Cost, 1, 1<<30)},

		{key: "log.level", help: "Least level that is logged.",
			binding: oneOf(&c.Log.Level, "debug", "info", "warn", "error")},
		{key: "log.format", help: "How the log is written.", binding: oneOf(&c.Log.Format, "json", "text")},
	}
	for i := range rows {
		// The server's switches have short variables, as a user types them.
		name := strings.TrimPrefix(rows[i].key, "server.")
		rows[i].env = "HITOTSU_" + envName(name)
	}
	return rows
}

// settings is the table of one link; which rows it has depends on its system.
func (l *Link) settings() []setting {
	var rows []setting
	switch l.System {
	case AKASHI:
		rows = l.akashi()
	case Jobcan:
		rows = l.jobcan()
	case Carely:
		rows = l.carely()
	case YESOD:
		rows = l.yesod()
	}
	rows = append(rows,
		setting{key: "requests_per_second", help: "Calls a second to the link's host.",
			binding: number(&l.RequestsPerSecond, 0.01, 1000)},
		setting{key: "max_concurrent", help: "Calls at a time to the link's host.",
			binding: integer(&l.MaxConcurrent, 1, 1000)},
		setting{key: "timeout", help: "Time one attempt of one call may take.",
			binding: duration(&l.Timeout, 10*time.Millisecond, 10*time.Minute)},
		setting{key: "max_response_bytes", help: "Bytes of one answer.",
			binding: integer(&l.MaxResponseBytes, 1024, 1<<30)},
	)
	for _, p := range linkPaths[l.System] {
		rows = append(rows, setting{key: "paths." + p.name, help: p.help, binding: pathEntry(l.Paths, p.name)})
	}
	for _, a := range linkAttributes[l.System] {
		rows = append(rows, setting{key: "attributes." + a.name, help: a.help, binding: idEntry(l.Attributes, a.name)})
	}
	prefix := "HITOTSU_LINK_" + string(l.System) + "_" + envName(l.Name) + "_"
	if l.Name == DefaultLink {
		prefix = "HITOTSU_" + string(l.System) + "_"
	}
	for i := range rows {
		rows[i].env = prefix + envName(rows[i].key)
	}
	return rows
}

func (l *Link) akashi() []setting {
	return []setting{
		{key: "url", help: "Base of the API, up to /api/cooperation.", binding: required(link(&l.URL))},
		{key: "company", help: "Login company code.", binding: required(code(&l.Company))},
		{key: "token", help: "Token of an administrator. It is exchanged for a new one and then lives in the store.",
			binding: required(secret(&l.Token))},
		{key: "employee_tokens_file", help: "YAML file, kept as secret as a token, that maps employee codes to the " +
			"employees' own tokens.", binding: text(&l.EmployeeTokensFile)},
		{key: "first_reissue_delay", help: "How long after its first use a token of unknown expiry is exchanged, to " +
			"learn its expiry.", binding: duration(&l.FirstReissueDelay, 0, 7*24*time.Hour)},
	}
}

func (l *Link) jobcan() []setting {
	return []setting{
		{key: "url", help: "Base of the API, before /attendance.", binding: required(link(&l.URL))},
		{key: "token_url", help: "Token endpoint.", binding: required(link(&l.TokenURL))},
		{key: "client_id", help: "Id of the API client.", binding: required(code(&l.ClientID))},
		{key: "client_secret", help: "Secret of the API client.", binding: required(secret(&l.ClientSecret))},
		{key: "scopes", help: "Scopes to ask for; none asks for all the client has.", binding: list(&l.Scopes)},
	}
}

func (l *Link) carely() []setting {
	return []setting{
		{key: "url", help: "The GraphQL endpoint.", binding: required(link(&l.URL))},
		{key: "auth_url", help: "The OAuth site, before /corporate_manager.", binding: required(link(&l.AuthURL))},
		{key: "client_id", help: "Id of the OAuth application.", binding: required(code(&l.ClientID))},
		{key: "client_secret", help: "Secret of the OAuth application.", binding: required(secret(&l.ClientSecret))},
		{key: "redirect_url", help: "Redirect URL registered with the OAuth application.", binding: link(&l.RedirectURL)},
		{key: "refresh_token", help: "Refresh token. It is exchanged for a new one and then lives in the store.",
			binding: required(secret(&l.RefreshToken))},
		{key: "scopes", help: "Scopes to ask for; none asks for all the application has.", binding: list(&l.Scopes)},
	}
}

func (l *Link) yesod() []setting {
	return []setting{
		{key: "url", help: "The tenant's host, before /api.", binding: required(link(&l.URL))},
		{key: "token", help: "API token.", binding: required(secret(&l.Token))},
	}
}

// envName turns a key into the tail of a variable: paths.query -> PATHS_QUERY.
func envName(key string) string {
	return strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}
