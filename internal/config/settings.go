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

func row(key string, b binding, help string) setting {
	return setting{key: key, help: help, binding: b}
}

// settings is the table of everything outside links.
func (c *Config) settings() []setting {
	rows := []setting{
		row("listen", hostPort(&c.Listen), "Address and port the gateway listens on."),
		row("data_dir", text(&c.DataDir), "Directory of the embedded store; created if missing."),
		row("redis_url", redisURL(&c.RedisURL),
			"Redis, such as redis://host:6379/0 or rediss://. A URL with a password is accepted only from the "+
				"environment."),
		row("redis_prefix", redisPrefix(&c.Redis.Prefix),
			"What every key in Redis begins with, so that several installations can share one."),
		row("redis_ca_file", text(&c.Redis.CAFile),
			"PEM file of the authorities that a rediss:// server's certificate is checked with; without it, the system's."),
		row("redis_wait_replicas", integer(&c.Redis.WaitReplicas, 0, 10),
			"How many replicas must have a credential before it counts as stored."),
		row("redis_budget", duration(&c.Redis.Budget, time.Millisecond, 2*time.Second),
			"What a lookup in Redis may take before the gateway goes on without; more than a way there and back."),
		row("encryption_key", keySecret(&c.EncryptionKey),
			"32 bytes in base64 or hex that encrypt stored credentials. Make one with: openssl rand -base64 32"),
		row("encryption_keys_old", keySecrets(&c.EncryptionKeysOld),
			"Former encryption keys, separated by commas. What is stored under them is read and put under "+
				"encryption_key."),
		row("callers_file", text(&c.CallersFile),
			"File of those who may ask: names, SHA-256 of their keys, roles and employee codes."),
		row("allow_insecure_upstreams", boolean(&c.AllowInsecureUpstreams),
			"Accept http URLs to hosts other than loopback. For test set-ups only: credentials travel unencrypted."),
		row("day_change", clock(&c.DayChangeMinutes), "When a labour day begins, Japanese time."),
		row("replicas", integer(&c.Replicas, 0, 100), "Least number of gateways that share the quotas to reckon with while "+
			"Redis is away; 0 is the number seen last."),
		row("egress", code(&c.Egress), "Name of the address that calls leave from; gateways with the same name share "+
			"quotas, which some systems count by address."),
		row("lookup_cache", boolean(&c.LookupCache), "Keep what the systems answered, each kind for its time; without it "+
			"every operation asks anew."),
		row("memory_target_mib", integer(&c.MemoryTargetMiB, 0, 1<<20), "MiB that the process tries to stay below, by "+
			"collecting garbage more often as it comes near; what is in use may need more, and gets it. 0 leaves it "+
			"to Go, and so do GOMEMLIMIT and GOGC."),
		row("background_share", number(&c.BackgroundShare, 0.001, 1), "Part of a quota that scans and renewals may have "+
			"while somebody asks."),
		row("directory_max_age", duration(&c.DirectoryMaxAge, time.Minute, 7*24*time.Hour),
			"How old the index of people may grow before it is built anew."),
	}
	rows = append(rows, c.Trust.settings()...)
	rows = append(rows, c.Server.settings()...)
	rows = append(rows, c.Limits.settings()...)
	rows = append(rows, c.Log.settings()...)
	for i := range rows {
		// The server's switches have short variables, as a user types them.
		name := strings.TrimPrefix(rows[i].key, "server.")
		rows[i].env = "HITOTSU_" + envName(name)
	}
	return rows
}

func (t *Trust) settings() []setting {
	const shown = "Whose value is shown where several systems have one, the most trusted first: "
	return []setting{
		row("trust.code", systems(&t.Code), shown+"the employee code."),
		row("trust.name", systems(&t.Name), shown+"names and their readings."),
		row("trust.contact", systems(&t.Contact), shown+"the e-mail address."),
		row("trust.employment", systems(&t.Employment),
			shown+"state, days of joining and leaving, job title, kind of employment."),
	}
}

func (s *Server) settings() []setting {
	return []setting{
		row("server.operation_budget", duration(&s.OperationBudget, 100*time.Millisecond, 10*time.Minute),
			"Time one GraphQL operation may take in all."),
		row("server.read_header_timeout", duration(&s.ReadHeaderTimeout, 100*time.Millisecond, time.Minute),
			"Time to read a request's header."),
		row("server.read_timeout", duration(&s.ReadTimeout, 100*time.Millisecond, 10*time.Minute),
			"Time to read a whole request."),
		row("server.write_timeout", duration(&s.WriteTimeout, 100*time.Millisecond, time.Hour),
			"Time from a request's header to the end of its answer; must be longer than server.operation_budget."),
		row("server.idle_timeout", duration(&s.IdleTimeout, time.Second, time.Hour), "Time an idle connection is kept."),
		row("server.shutdown_timeout", duration(&s.ShutdownTimeout, 100*time.Millisecond, 10*time.Minute),
			"Time running operations have to end after a signal."),
		row("server.cors_origins", origins(&s.CORSOrigins),
			"Origins whose pages may call the gateway, such as https://hr.example.jp."),
		row("server.introspection", boolean(&s.Introspection), "Let callers read the schema."),
		row("server.suggestions", boolean(&s.Suggestions), "Let validation errors name what was probably meant."),
	}
}

func (l *Limits) settings() []setting {
	return []setting{
		row("limits.body_bytes", integer(&l.BodyBytes, 1024, 64<<20), "Bytes of a request's body. HR may always send "+
			"one profile picture for Carely (3058346 bytes in all)."),
		row("limits.tokens", integer(&l.Tokens, 100, 100_000), "Lexical tokens of a document."),
		row("limits.depth", integer(&l.Depth, 1, 100), "Nesting of a document's fields."),
		row("limits.aliases", integer(&l.Aliases, 0, 10_000), "Aliases in a document."),
		row("limits.width", integer(&l.Width, 1, 10_000), "Fields in one selection of a document."),
		row("limits.cost", integer(&l.Cost, 1, 1<<30), "Price the gateway may put on a document."),
		row("limits.calls", integer(&l.Calls, 0, 1_000_000), "Calls to the systems that one operation may need; 0 sets no "+
			"limit."),
	}
}

func (l *Log) settings() []setting {
	return []setting{
		row("log.level", oneOf(&l.Level, "debug", "info", "warn", "error"), "Least level that is logged."),
		row("log.format", oneOf(&l.Format, "json", "text"), "How the log is written."),
	}
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
		row("requests_per_second", number(&l.RequestsPerSecond, 0.01, 1000), "Calls a second to the link's host."),
		row("max_concurrent", integer(&l.MaxConcurrent, 1, 1000), "Calls at a time to the link's host."),
		row("timeout", duration(&l.Timeout, 10*time.Millisecond, 10*time.Minute),
			"Time one attempt of one call may take."),
		row("operation_share", number(&l.OperationShare, 0.1, 0.95), "Part of the time left that an operation waits for the "+
			"link; the rest is for what is asked after it."),
		row("max_response_bytes", integer(&l.MaxResponseBytes, 1024, 1<<30), "Bytes of one answer."),
	)
	for _, p := range linkPaths(l.System) {
		rows = append(rows, row("paths."+p.name, pathEntry(l.Paths, p.name), p.help))
	}
	for _, a := range linkAttributes(l.System) {
		rows = append(rows, row("attributes."+a.name, idEntry(l.Attributes, a.name), a.help))
	}
	for _, a := range linkAssumed(l.System) {
		rows = append(rows, row("assumed."+a.name, assumedEntry(l.Assumed, a.name), a.help))
	}
	for _, a := range linkOvertimeArguments(l.System) {
		rows = append(rows, row("overtime_arguments."+a.name, nameEntry(l.OvertimeArguments, a.name), a.help))
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
		row("url", required(link(&l.URL)), "Base of the API, up to /api/cooperation."),
		row("company", required(code(&l.Company)), "Login company code."),
		row("token", secret(&l.Token),
			"Token of an administrator. It is exchanged for a new one and then lives in the store; without one the link is "+
				"made by hitotsu token."),
		row("employee_tokens_file", text(&l.EmployeeTokensFile),
			"YAML file, kept as secret as a token, that maps employee codes to the employees' own tokens."),
		row("first_reissue_delay", duration(&l.FirstReissueDelay, time.Second, 7*24*time.Hour),
			"How long after its first use a token of unknown expiry is exchanged, to learn its expiry."),
		row("lenient_breaks", boolean(&l.LenientBreaks), "Ask for the breaks of up to 31 days at once (6.11), which "+
			"the document forbids and live servers were seen to take; off, one call a day."),
		row("project_dates", oneOf(&l.ProjectDates, "yyyymmdd", "yyyy/mm/dd", "yyyymmddHHMMSS"),
			"How days are written when projects are asked for (6.16, 6.28): yyyymmdd, yyyy/mm/dd or yyyymmddHHMMSS."),
		row("manhour_dates", oneOf(&l.ManhourDates, "yyyymmdd", "yyyy/mm/dd", "yyyymmddHHMMSS"),
			"How days are written when man-hours are asked for (6.24, 6.25): the same three."),
		row("write_dates", oneOf(&l.WriteDates, "yyyy/mm/dd", "yyyymmdd"),
			"How days are written in changes of projects and man-hours (6.18, 6.26, 6.27): yyyy/mm/dd or yyyymmdd."),
		row("post_staffs", boolean(&l.PostStaffs), "Send changes of staff (6.3) by POST and not by PATCH."),
		row("post_working_conditions", boolean(&l.PostWorkingConditions),
			"Send working conditions (6.12) by POST and not by PATCH."),
		row("staff_path", oneOf(&l.StaffPath, "staff-then-staffs", "staff", "staffs"),
			"Where staff are retired and deleted (6.5): staff, staffs, or staff-then-staffs, which asks the second "+
				"only when the first does not exist."),
		row("machine_dependent_1", text(&l.MachineDependent1),
			"Characters of AKASHI's set (1) of machine dependent characters, which are refused before they are sent; "+
				"control characters always are."),
		row("machine_dependent_2", text(&l.MachineDependent2), "The same for set (2), which names must not hold."),
	}
}

func (l *Link) jobcan() []setting {
	return []setting{
		row("url", required(link(&l.URL)), "Base of the API, before /attendance."),
		row("token_url", required(link(&l.TokenURL)), "Token endpoint."),
		row("client_id", required(code(&l.ClientID)), "Id of the API client."),
		row("client_secret", required(secret(&l.ClientSecret)), "Secret of the API client."),
		row("scopes", list(&l.Scopes), "Scopes to ask for; none asks for all the client has."),
		row("bare_token", boolean(&l.BareToken), `Send the token without "Bearer " before it.`),
		row("staff_code_fields", list(&l.StaffCodeFields), "Names an employee's staff code may have; the first that is "+
			"there wins."),
		row("adit_type_fields", list(&l.AditTypeFields), "Names a punch's type may have; without any it is derived."),
		row("recorded_at_fields", list(&l.RecordedAtFields), "Names a punch's time may have."),
		row("month_parameter", parameterName(&l.MonthParameter),
			"Name of the month's parameter of work-time results; a public client tried month_no too."),
		row("refresh_pause", duration(&l.RefreshPause, time.Millisecond, time.Minute),
			"Time between two reads while daily summaries are recalculated."),
		row("refresh_reads", integer(&l.RefreshReads, 1, 100), "Most reads while daily summaries are recalculated."),
	}
}

func (l *Link) carely() []setting {
	return []setting{
		row("url", required(link(&l.URL)), "The GraphQL endpoint."),
		row("auth_url", required(link(&l.AuthURL)), "The OAuth site, before /corporate_manager."),
		row("client_id", required(code(&l.ClientID)), "Id of the OAuth application."),
		row("client_secret", required(secret(&l.ClientSecret)), "Secret of the OAuth application."),
		row("redirect_url", link(&l.RedirectURL), "Redirect URL registered with the OAuth application."),
		row("refresh_token", secret(&l.RefreshToken),
			"Refresh token. It is exchanged for a new one and then lives in the store; without one the link is made by "+
				"hitotsu token."),
		row("scopes", list(&l.Scopes),
			"Scopes that linking asks for: those the application is registered with; none asks for all four."),
	}
}

func (l *Link) yesod() []setting {
	return []setting{
		row("url", required(link(&l.URL)), "The tenant's host, before /api."),
		row("token", required(secret(&l.Token)), "API token."),
		row("aliases", list(&l.Aliases),
			"Names of attributes that an import's mapping may use beside the documented ones and the ids."),
		row("header_counted", boolean(&l.HeaderCounted),
			"Whether the line numbers in an import's answer count the header; off, the first row of data is 0."),
		row("differences", boolean(&l.Differences),
			"Whether YESOD is asked, 24 times within directory_max_age, who came and who left, so that everybody is listed "+
				"at once when the list lacks it; off, when the list is due."),
	}
}

// Setting returns the variable and the value in force of one of the link's
// settings, by its key in the file; false when the system has no such setting. A
// secret's value is not told.
func (l *Link) Setting(key string) (variable, value string, ok bool) {
	for _, r := range l.settings() {
		if r.key == key {
			return r.env, r.get(), true
		}
	}
	return "", "", false
}

// envName turns a key into the tail of a variable: paths.query -> PATHS_QUERY.
func envName(key string) string {
	return strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}
