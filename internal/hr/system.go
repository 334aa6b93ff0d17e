package hr

import "time"

// System names an upstream product.
type System string

// The four systems. The order of Systems is the order in which records anchor
// an employee and break ties.
const (
	Akashi System = "AKASHI"
	Jobcan System = "JOBCAN"
	Carely System = "CARELY"
	Yesod  System = "YESOD"
)

// Systems lists every system, anchors first.
func Systems() []System { return []System{Akashi, Yesod, Jobcan, Carely} }

// DefaultLink is the name of the link that the flat environment variables
// define.
const DefaultLink = "default"

// Link names one connection to one tenant of one vendor. A group of companies
// may have several links of one system.
type Link struct {
	System System
	// Name is unique within the system; DefaultLink unless configured.
	Name string
}

// String returns "AKASHI/default".
func (l Link) String() string { return string(l.System) + "/" + l.Name }

// Ref names one record of one link in the vendor's own id.
type Ref struct {
	Link
	// ID is the vendor's id, such as AKASHI's staff_id in decimal or Carely's
	// uuid.
	ID string
}

// String returns "AKASHI/default/123".
func (r Ref) String() string { return r.Link.String() + "/" + r.ID }

// SourceStatus says how one link's part of an answer came about.
type SourceStatus string

// The states of a source.
const (
	// SourceOK: the link answered, now or from a cache that is fresh.
	SourceOK SourceStatus = "OK"
	// SourceStale: the link did not answer; what is shown is older than its
	// freshness allows but within its maximum age.
	SourceStale SourceStatus = "STALE"
	// SourceFailed: the link did not answer; its part is missing.
	SourceFailed SourceStatus = "FAILED"
	// SourceNotConnected: no link to this system is configured.
	SourceNotConnected SourceStatus = "NOT_CONNECTED"
	// SourceNotLinked: the link is connected but does not know the employee.
	SourceNotLinked SourceStatus = "NOT_LINKED"
)

// Source is what one link contributed to an answer.
type Source struct {
	System System
	// Link is nil for a system that is not connected.
	Link   *string
	Status SourceStatus
	// Code is an error code of package fault when the status is not OK.
	Code *string
	// RetryAfter is in whole seconds, nil when unknown.
	RetryAfter *int
	// AsOf is when the link gave what is shown, nil when it gave nothing.
	AsOf *time.Time
}
