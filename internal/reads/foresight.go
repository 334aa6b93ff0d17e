package reads

import (
	"context"
	"reflect"
	"sync"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/price"
)

// What an operation wants of one kind in several places is asked for as one: first
// the places say what they want, then calls are planned for all of it, and each
// place finds its part under way.

// foresight gathers what the places of an operation want.
type foresight struct {
	mu    sync.Mutex
	lists map[foreseenList]*foreseenNeeds
}

// foreseenList is what one plan of calls can serve: a kind of row of a link.
type foreseenList struct {
	link hr.Link
	kind reflect.Type
}

type foreseenNeeds struct {
	needs  []lookup.Need
	places int
	// ask asks for all of them.
	ask func(ctx context.Context, needs []lookup.Need)
}

type foresightKey struct{}

// Gather calls walk with a context in which lists say what they want and are empty,
// and then begins to ask for what was wanted in several places. In a rehearsal it
// puts that on the bill.
func (r *Reader) Gather(ctx context.Context, walk func(ctx context.Context)) {
	f := &foresight{lists: map[foreseenList]*foreseenNeeds{}}
	gathering := context.WithValue(ctx, foresightKey{}, f)
	if price.From(ctx).Rehearsing() {
		// What the walk itself costs is on the bill of what comes after it.
		gathering = price.With(gathering, price.Rehearse())
	}
	walk(gathering)
	for _, l := range f.lists {
		if l.places > 1 {
			l.ask(ctx, l.needs)
		}
	}
}

// foreseen notes what a place wants, if that is all the operation is gone through
// for.
func foreseen[T any](
	ctx context.Context, r *Reader, of hr.Link, needs []lookup.Need, plan func([]lookup.Need) []lookup.Call[T],
) bool {
	f, ok := ctx.Value(foresightKey{}).(*foresight)
	if !ok || len(needs) == 0 {
		return ok
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	k := foreseenList{of, reflect.TypeFor[T]()}
	l := f.lists[k]
	if l == nil {
		l = &foreseenNeeds{ask: func(ctx context.Context, needs []lookup.Need) {
			if price.From(ctx).Rehearsing() {
				lookup.Fetch(ctx, r.cells, needs, plan)
			} else {
				lookup.Ahead(ctx, r.cells, needs, plan)
			}
		}}
		f.lists[k] = l
	}
	l.needs = append(l.needs, needs...)
	l.places++
	return true
}
