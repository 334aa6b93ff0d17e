package lookup

import (
	"hash/fnv"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Class is the kind of datum that an endpoint gives.
type Class string

// The classes. Every value is encrypted in the store, whatever its class: the
// work of it is small beside the way to Redis, and a class that is sorted wrongly
// harms nobody.
const (
	// Attendance is stamps, working records, leave, alerts, shifts.
	Attendance Class = "attendance"
	// Health is what Carely keeps, overtime for the occupational physician
	// included.
	Health Class = "health"
	// Contact is names and addresses of people.
	Contact Class = "contact"
	// Work is projects, tasks and man-hours.
	Work Class = "work"
	// Structure is what tells of no person.
	Structure Class = "structure"
)

// Whose says whose data a cell holds, so that a person can be purged.
type Whose int

const (
	// Own: the subject's alone.
	Own Whose = iota
	// Many: several people's.
	Many
	// Nobodys: no person's.
	Nobodys
)

// Rule says how long the cells of an endpoint are kept. Ages count from the
// moment the system answered.
type Rule struct {
	Class Class
	Whose Whose
	// Fresh is the age up to which a value is answered without asking.
	Fresh time.Duration
	// Behind is the age up to which an old value is answered at once while it is
	// fetched anew behind the answer.
	Behind time.Duration
	// Max is the age at which a value is gone, also for a system that is down.
	Max time.Duration
	// Negative is how long it is believed that a record does not exist.
	Negative time.Duration
}

// Unkept returns the rule for a cache that is switched off: who asks together
// shares a call, and that is all.
func (r Rule) Unkept() Rule {
	r.Fresh, r.Behind, r.Negative, r.Max = 0, 0, 0, time.Nanosecond
	return r
}

// jitterShare is the largest part of Fresh that jitter takes away.
const jitterShare = 0.1

// fresh is Fresh with jitter. What one call can fetch stays together, or every
// call would be made several times for a few cells each; so the jitter is that of
// the process and the endpoint. It keeps replicas from asking at the same moment
// for what they read at the same moment: the first writes it to the store, and the
// others find it there.
func (r Rule) fresh(jitter float64) time.Duration {
	return r.Fresh - time.Duration(jitter*jitterShare*float64(r.Fresh))
}

// jitterOf is between 0 and 1, and always the same for a process's salt, a link
// and an endpoint.
func jitterOf(salt string, link hr.Link, endpoint string) float64 {
	if salt == "" {
		return 0
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(salt + "\x00" + link.String() + "\x00" + endpoint)) // a hash never fails
	return float64(h.Sum32()%1000) / 1000
}
