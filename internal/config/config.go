package config

import (
	"slices"
	"time"
)

// System names a vendor's product as the configuration file spells it.
type System string

// The systems a link can lead to.
const (
	AKASHI System = "AKASHI"
	Jobcan System = "JOBCAN"
	Carely System = "CARELY"
	YESOD  System = "YESOD"
)

// Systems lists every system, in the order of the documentation.
func Systems() []System { return []System{AKASHI, Jobcan, Carely, YESOD} }

// DefaultLink is the name of the link that the flat variables define.
const DefaultLink = "default"

// Config is a whole, valid configuration. It is read once and not changed.
type Config struct {
	// Listen is the host:port of the gateway.
	Listen string
	// DataDir holds the embedded store; empty without one.
	DataDir string
	// RedisURL is redis://, rediss:// or unix://; it is a Secret because it may
	// hold a password. Not set without Redis.
	RedisURL Secret
	Redis    Redis
	// EncryptionKey is 32 bytes in base64 or hex; see Key.
	EncryptionKey Secret
	// EncryptionKeysOld are former keys, separated by commas; see FormerKeys.
	EncryptionKeysOld Secret
	// CallersFile names the file of those who may ask.
	CallersFile string
	// AllowInsecureUpstreams lets links use http to hosts other than loopback.
	AllowInsecureUpstreams bool
	// DayChangeMinutes is when a labour day begins, in minutes after midnight,
	// Japanese time: 0 to 719.
	DayChangeMinutes int
	// DirectoryMaxAge is how old the index of people may grow before it is
	// built anew.
	DirectoryMaxAge time.Duration
	// Trust is whose values of people are shown.
	Trust Trust
	// Replicas is the least number of gateways that share the quotas to reckon
	// with while Redis is away; 0 is the number seen last.
	Replicas int
	// Egress names the address that calls leave from; gateways with the same name
	// share quotas.
	Egress string
	// BackgroundShare is the part of a quota that work nobody waits for may have
	// while somebody asks.
	BackgroundShare float64
	// LookupCache keeps what the systems answered; without it every operation asks
	// anew.
	LookupCache bool
	// MemoryTargetMiB is the memory that the process tries to stay below; 0
	// leaves it to the Go runtime.
	MemoryTargetMiB int
	Server          Server
	Limits          Limits
	Log             Log
	// Links holds one entry a connection to a tenant of a vendor, ordered by
	// system and name.
	Links []Link
	// Warnings are for the log: things that are probably mistakes but cannot be
	// proved to be.
	Warnings []string

	origins map[string]string // variable -> where its value was written
}

// Trust orders the systems, the most trusted first, by group of an employee's
// fields. A system that is left out comes last.
type Trust struct {
	Code, Name, Contact, Employment []System
}

// Server holds the times and switches of the HTTP edge.
type Server struct {
	// OperationBudget is how long one GraphQL operation may take in all.
	OperationBudget   time.Duration
	ReadHeaderTimeout time.Duration
	ReadTimeout       time.Duration
	// WriteTimeout counts from the end of the request's header; it is longer
	// than OperationBudget.
	WriteTimeout time.Duration
	IdleTimeout  time.Duration
	// ShutdownTimeout is how long running operations may take to end after a
	// signal.
	ShutdownTimeout time.Duration
	// CORSOrigins are the origins whose pages may call the gateway.
	CORSOrigins []string
	// Introspection lets callers read the schema.
	Introspection bool
	// Suggestions lets validation errors name what was probably meant.
	Suggestions bool
}

// Redis says how the Redis of RedisURL is used.
type Redis struct {
	// Prefix is before every key.
	Prefix string
	// CAFile names the PEM file that a rediss:// server's certificate is
	// checked with; empty for the system's.
	CAFile string
	// WaitReplicas is how many replicas must have a credential before it counts
	// as stored.
	WaitReplicas int
	// Budget is what a lookup there may take before the gateway goes on without.
	Budget time.Duration
}

// Limits bound one request.
type Limits struct {
	BodyBytes int
	// Tokens, Depth, Aliases, Width and Cost bound one document: its lexical
	// tokens, its nesting, its aliases, the fields of one selection and the
	// price the gateway puts on it.
	Tokens, Depth, Aliases, Width, Cost int
	// Calls bounds what one operation may ask of the systems; 0 does not.
	Calls int
}

// Log says what the log shows and how.
type Log struct {
	// Level is debug, info, warn or error.
	Level string
	// Format is json or text.
	Format string
}

// Link is one connection to one tenant of one vendor. A field that the system
// does not have is zero.
type Link struct {
	System System
	Name   string
	// URL is the base of the vendor's API, without a final slash.
	URL string

	// Company is AKASHI's login company code.
	Company string
	// Token is AKASHI's company token (the seed of a rotating credential) or
	// YESOD's key.
	Token Secret
	// EmployeeTokensFile names the file that EmployeeTokens was read from.
	EmployeeTokensFile string
	// EmployeeTokens are AKASHI's tokens of single employees by employee code.
	EmployeeTokens map[string]Secret
	// FirstReissueDelay is how long after its first use a token of unknown
	// expiry is exchanged in order to learn its expiry.
	FirstReissueDelay time.Duration
	// LenientBreaks asks AKASHI for the breaks of a whole period (6.11).
	LenientBreaks bool
	// ProjectDates, ManhourDates and WriteDates are how days are written in
	// AKASHI's queries of projects, of man-hours, and in bodies.
	ProjectDates, ManhourDates, WriteDates string
	// PostStaffs and PostWorkingConditions use POST for AKASHI's 6.3 and 6.12.
	PostStaffs, PostWorkingConditions bool
	// StaffPath is where AKASHI's 6.5 is asked.
	StaffPath string
	// MachineDependent1 and MachineDependent2 are characters that AKASHI's two
	// sets of machine dependent characters hold.
	MachineDependent1, MachineDependent2 string

	// TokenURL is Jobcan's token endpoint.
	TokenURL string
	// AuthURL is Carely's OAuth site, without a final slash.
	AuthURL string
	// ClientID and ClientSecret are the OAuth client of Jobcan or Carely.
	ClientID     string
	ClientSecret Secret
	// RedirectURL is where Carely sends the administrator back to.
	RedirectURL string
	// RefreshToken is the seed of Carely's rotating credential.
	RefreshToken Secret
	// Scopes are asked for with a token; empty asks for all the client has.
	Scopes []string

	// BareToken sends Jobcan's token without "Bearer ".
	BareToken bool
	// StaffCodeFields, AditTypeFields and RecordedAtFields are the names that
	// Jobcan's fields may have, as its reference is not public.
	StaffCodeFields, AditTypeFields, RecordedAtFields []string

	// MonthParameter names the month in Jobcan's request for work-time results.
	MonthParameter string
	// RefreshPause is the time between two reads while Jobcan recalculates, and
	// RefreshReads the most reads.
	RefreshPause time.Duration
	RefreshReads int
	// Assumed are the paths of Jobcan's resources of which only the scope is
	// public, by name; empty where it is off.
	Assumed map[string]string

	// OvertimeArguments are the names of Carely's searches of overtimes.
	OvertimeArguments map[string]string

	// Aliases are names of YESOD's attributes beside the documented ones.
	Aliases []string
	// HeaderCounted says that YESOD counts an import's lines from the header.
	HeaderCounted bool
	// Differences says that YESOD is asked who came and who left between two
	// listings of everybody.
	Differences bool

	// RequestsPerSecond and MaxConcurrent are the quota of the link's host.
	RequestsPerSecond float64
	MaxConcurrent     int
	// Timeout bounds one attempt of one call.
	Timeout time.Duration
	// OperationShare is the part of an operation's time left that one wait for the
	// link may take.
	OperationShare float64
	// MaxResponseBytes bounds one answer.
	MaxResponseBytes int

	// Paths are the vendor's paths that its public documents leave open, by the
	// names of docs/configuration.md; every name has a value.
	Paths map[string]string
	// Attributes are YESOD's attribute ids, by the names there too; every name
	// has a value.
	Attributes map[string]string

	place string // where the file defines the link, "" if only variables do
}

// ID returns SYSTEM/name.
func (l *Link) ID() string { return string(l.System) + "/" + l.Name }

// Rotates reports whether using the link spends a credential and gives a new
// one that must not be lost.
func (l *Link) Rotates() bool { return l.System == AKASHI || l.System == Carely }

// LinksOf returns the links to one system, in order of their names.
func (c *Config) LinksOf(system System) []Link {
	return slices.DeleteFunc(slices.Clone(c.Links), func(l Link) bool { return l.System != system })
}

// Key returns the encryption key, nil when none is configured.
func (c *Config) Key() []byte {
	key, err := parseKey(c.EncryptionKey.Reveal())
	if err != nil {
		return nil // not set; Load refuses a malformed one
	}
	return key
}

// Default returns the configuration of an empty file and an empty environment.
// It connects to nothing.
func Default() *Config {
	return &Config{
		Listen:           "127.0.0.1:8080",
		DayChangeMinutes: 5 * 60,
		DirectoryMaxAge:  6 * time.Hour,
		Trust: Trust{
			Code:       []System{AKASHI, YESOD, Jobcan, Carely},
			Name:       []System{YESOD, AKASHI, Jobcan, Carely},
			Contact:    []System{YESOD, AKASHI, Jobcan, Carely},
			Employment: []System{YESOD, AKASHI, Jobcan, Carely},
		},
		BackgroundShare: 0.05,
		LookupCache:     true,
		MemoryTargetMiB: 200,
		Server: Server{
			OperationBudget:   10 * time.Second,
			ReadHeaderTimeout: 5 * time.Second,
			ReadTimeout:       15 * time.Second,
			WriteTimeout:      40 * time.Second,
			IdleTimeout:       2 * time.Minute,
			ShutdownTimeout:   25 * time.Second,
			Introspection:     true,
			Suggestions:       true,
		},
		Redis: Redis{Prefix: "hitotsu", Budget: 15 * time.Millisecond},
		Limits: Limits{
			BodyBytes: 1 << 20, Tokens: 4000, Depth: 15, Aliases: 200, Width: 200, Cost: 1_000_000, Calls: 1000,
		},
		Log:     Log{Level: "info", Format: "text"},
		origins: map[string]string{},
	}
}

// NewLink returns a link of a system with its defaults: no address and no
// credential.
func NewLink(system System, name string) Link {
	l := Link{
		System: system, Name: name,
		// Modest where the vendor publishes no limit.
		RequestsPerSecond: 5, MaxConcurrent: 4,
		Timeout: 10 * time.Second, OperationShare: 0.75, MaxResponseBytes: 32 << 20,
		Paths: defaults(linkPaths(system)), Attributes: defaults(linkAttributes(system)),
		Assumed: defaults(linkAssumed(system)), OvertimeArguments: defaults(linkOvertimeArguments(system)),
	}
	switch system {
	case AKASHI:
		l.FirstReissueDelay = 10 * time.Minute
		l.ProjectDates, l.ManhourDates, l.WriteDates = "yyyymmdd", "yyyymmddHHMMSS", "yyyy/mm/dd"
		l.StaffPath = "staff-then-staffs"
	case Carely:
		// 20 a second and address is the vendor's limit; with fewer places slow
		// answers would keep the link below it.
		l.RequestsPerSecond, l.MaxConcurrent = 20, 20
	case Jobcan:
		l.StaffCodeFields = []string{"code", "staff_code", "employee_code"}
		l.AditTypeFields = []string{"adit_type", "type", "kind"}
		l.RecordedAtFields = []string{"recorded_at"}
		l.MonthParameter, l.RefreshPause, l.RefreshReads = "month", 2*time.Second, 5
	case YESOD:
		// Everybody is one answer: 20,000 people are some 60 MB.
		l.MaxResponseBytes, l.Timeout = 192<<20, 30*time.Second
		l.Differences = true
	}
	return l
}
