// Package usage counts what one operation took from the systems and from the
// caches, for callers who ask how fresh an answer is.
//
// An account travels in the context, because the chain under a call, the cache
// and the index all write into it and none of them knows the operation. Without
// an account in the context nothing is counted and nothing is allocated.
//
// usage imports nothing of the gateway.
package usage

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// Link names a link, in the same words as hr.Link.
type Link struct{ System, Name string }

// Used is what an operation took from one link.
type Used struct {
	Link
	// Calls is how many requests were sent for this operation, repetitions
	// included. Requests that another operation had under way are its own.
	Calls int
	// MemoryHits and StoreHits are how many values came from this process's
	// memory and from the shared store.
	MemoryHits, StoreHits int
	// Oldest is how long ago the system gave the oldest row that was read, nil
	// if none was; People is the same of its list of people.
	Oldest, People *time.Duration
	// Stale is why values are older than they should be: codes of errors,
	// sorted, each once.
	Stale []string
}

// Account gathers what one operation uses. A nil account takes everything and
// keeps nothing. It is safe for concurrent use.
type Account struct {
	// parent counts too; nil for none.
	parent *Account

	mu    sync.Mutex
	links map[Link]*Used
}

type accountKey struct{}

// With returns a context whose operations are counted in a; a nil a ends the
// counting of a context.
func With(ctx context.Context, a *Account) context.Context {
	return context.WithValue(ctx, accountKey{}, a)
}

// From returns the context's account, nil without one.
func From(ctx context.Context) *Account {
	a, _ := ctx.Value(accountKey{}).(*Account)
	return a
}

// Branch returns a context with an account of its own for a part of an
// operation. What is counted there is counted in the context's account too.
func Branch(ctx context.Context) (context.Context, *Account) {
	a := &Account{parent: From(ctx)}
	return With(ctx, a), a
}

// Calls returns how many requests were sent, to all links.
func (a *Account) Calls() int {
	n := 0
	for _, u := range a.Links() {
		n += u.Calls
	}
	return n
}

func (a *Account) note(system, link string, add func(u *Used)) {
	if a == nil {
		return
	}
	a.parent.note(system, link, add)
	l := Link{System: system, Name: link}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.links == nil {
		a.links = map[Link]*Used{}
	}
	if a.links[l] == nil {
		a.links[l] = &Used{Link: l}
	}
	add(a.links[l])
}

// Call counts a request that was sent.
func (a *Account) Call(system, link string) {
	a.note(system, link, func(u *Used) { u.Calls++ })
}

// Memory counts values from memory: each day of a cell that holds days is one.
func (a *Account) Memory(system, link string, values int) {
	a.note(system, link, func(u *Used) { u.MemoryHits += values })
}

// Store counts values from the shared store.
func (a *Account) Store(system, link string, values int) {
	a.note(system, link, func(u *Used) { u.StoreHits += values })
}

// Rows notes the age of rows that the answer rests on.
func (a *Account) Rows(system, link string, age time.Duration) {
	a.note(system, link, func(u *Used) { u.Oldest = older(u.Oldest, age) })
}

// PeopleList notes the age of the list of people that the answer rests on.
func (a *Account) PeopleList(system, link string, age time.Duration) {
	a.note(system, link, func(u *Used) { u.People = older(u.People, age) })
}

func older(known *time.Duration, age time.Duration) *time.Duration {
	if known != nil && *known >= age {
		return known
	}
	return &age
}

// Stale notes why an old value was shown.
func (a *Account) Stale(system, link, reason string) {
	a.note(system, link, func(u *Used) {
		if at, found := slices.BinarySearch(u.Stale, reason); !found {
			u.Stale = slices.Insert(u.Stale, at, reason)
		}
	})
}

// Links returns what was used so far, ordered by system and name.
func (a *Account) Links() []Used {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make([]Used, 0, len(a.links))
	for _, u := range a.links {
		c := *u
		c.Stale = slices.Clone(u.Stale)
		out = append(out, c)
	}
	slices.SortFunc(out, func(x, y Used) int {
		return cmp.Or(cmp.Compare(x.System, y.System), cmp.Compare(x.Name, y.Name))
	})
	return out
}
