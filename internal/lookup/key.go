package lookup

import (
	"unique"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Principal is whose rights an answer follows.
type Principal struct {
	// Owner identifies the token's owner, such as a fingerprint of the
	// credential that an administrator once gave. It is no secret and no name.
	Owner string
	// Sight is what the owner may see, as far as it is known: kind of
	// permission, managed organisations, scopes. Another Sight shares nothing.
	Sight string
}

// Record says what of a link is kept in a cell.
type Record struct {
	// Endpoint is a name of the rules.
	Endpoint string
	// Detail is the rest of what was asked for, in a normal form: the end of a
	// period, a list of dates. "" for none.
	Detail string
	// Subject is the vendor's id of the person or thing, or Everybody.
	Subject string
	// Date is zero for what is not by day.
	Date hr.Date
}

// Everybody is the subject of a list of all.
const Everybody = "*"

// Key names one cell. Only KeyOf makes one, and everything that shares answers
// (flights, memory, store, the stale path) goes by it.
//
// The principal is part of it because a vendor answers by the rights of the
// token's owner. The asker is not: answers are cut to the asker's rights after
// the cache.
//
// Most of it is the same in all cells that one plan is about, and lists have
// cells by the thousand, so that part is interned: a key is compared and hashed by
// a pointer, the subject and the date.
type Key struct {
	scope   unique.Handle[scope]
	subject string
	date    hr.Date
}

// scope is what the cells of one endpoint share.
type scope struct {
	system   hr.System
	link     string
	owner    string
	sight    string
	endpoint string
	detail   string
}

// KeyOf is the one function that builds keys.
func KeyOf(link hr.Link, p Principal, r Record) Key {
	s := scope{
		system:   link.System,
		link:     link.Name,
		owner:    p.Owner,
		sight:    p.Sight,
		endpoint: r.Endpoint,
		detail:   r.Detail,
	}
	return Key{
		scope:   unique.Make(s),
		subject: r.Subject,
		date:    r.Date,
	}
}

// Link is the link that is asked.
func (k *Key) Link() hr.Link {
	s := k.scope.Value()
	return hr.Link{System: s.system, Name: s.link}
}

// sameEyes tells whether two cells are of one link as seen by one principal.
func (k *Key) sameEyes(o *Key) bool {
	if k.scope == o.scope {
		return true
	}
	a, b := k.scope.Value(), o.scope.Value()
	a.endpoint, a.detail = b.endpoint, b.detail
	return a == b
}

// Endpoint is the endpoint's name in the rules.
func (k *Key) Endpoint() string { return k.scope.Value().endpoint }

// Subject is whom or what the cell is about.
func (k *Key) Subject() string { return k.subject }

// Date is the cell's day, zero for none.
func (k *Key) Date() hr.Date { return k.date }

// linkParts is how many of the parts, from the first, name the link.
const linkParts = 2

// parts are all that tells a key from another, for the names in the store.
func (k *Key) parts() []string {
	s := k.scope.Value()
	return []string{
		string(s.system),
		s.link,
		s.owner,
		s.sight,
		s.endpoint,
		s.detail,
		k.subject,
		k.date.String(),
	}
}
