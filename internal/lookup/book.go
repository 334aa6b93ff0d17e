package lookup

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"maps"
	"strconv"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/store"
)

// shape is what calls have in common that take the same number of requests: they
// are about the same, or, of 0, only about as much.
type shape struct {
	link     hr.Link
	endpoint string
	cells    int // days of cells
	of       uint64
}

// likely is a call about as much as this one.
func (s shape) likely() shape { return shape{link: s.link, endpoint: s.endpoint, cells: s.cells} }

// book remembers how many requests calls took. It goes along with the cells into
// the store, so that a price is as exact after a restart as before.
type book struct {
	mu       sync.Mutex
	requests map[shape]int
	// changed is set while the store does not know all.
	changed bool
	// due is when the store is looked at, zero for at once; read is set once it
	// has answered.
	due  time.Time
	read bool
}

const (
	// maxShapes bounds the book. Beyond it, it is begun anew.
	maxShapes = 10_000
	// bookAge is how long the store keeps the book after its last change.
	bookAge = 30 * 24 * time.Hour
	// bookEvery is how often a changed book is written, and how long a store that
	// did not give it is left alone.
	bookEvery = time.Minute
)

// shapeOf is the shape of a call that takes pages. What is by day comes in pages
// where it is everybody's, so that the days alone decide how many; of anything else
// it is the cells.
func shapeOf[T any](call Call[T]) shape {
	k := &call.Cells[0].Key
	s := shape{link: k.Link(), endpoint: k.Endpoint()}
	if call.Day == nil {
		s.cells = count(call.Cells)
		for i := range call.Cells {
			s.of += call.Cells[i].digest()
		}
		return s
	}
	days := map[hr.Date]bool{}
	for i := range call.Cells {
		for d := range call.Cells[i].Dates() {
			if !days[d] {
				days[d] = true
				s.of += digest(d.String())
			}
		}
	}
	return s
}

// digest tells a need from others in the book.
func (n *Need) digest() uint64 {
	return digest(n.Key.scope.Value().detail, n.Key.subject, n.Key.date.String(), strconv.FormatUint(uint64(n.Days), 16))
}

func digest(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p)) // never fails
		_, _ = h.Write([]byte{0})
	}
	return max(1, h.Sum64())
}

// note remembers what a call took that went well.
func (b *book) note(s shape, requests int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	shapes := []shape{s}
	if s.cells > 0 {
		shapes = append(shapes, s.likely())
	}
	for _, s := range shapes {
		if known, ok := b.requests[s]; ok && known == requests {
			continue
		}
		if b.requests == nil || len(b.requests) >= maxShapes {
			b.requests = map[shape]int{}
		}
		b.requests[s], b.changed = requests, true
	}
}

// price returns what such a call took last, and whether it was about the same; 0
// when there was none.
func (b *book) price(s shape) (requests int, same bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n, ok := b.requests[s]; ok {
		return max(1, n), true
	}
	if s.cells == 0 {
		return 0, false // a Sunday tells nothing of a Monday
	}
	if n, ok := b.requests[s.likely()]; ok {
		return max(1, n), false
	}
	return 0, false
}

// page is a part of the book in the store: it tells of nobody.
type page struct {
	System   hr.System   `json:"system"`
	Link     string      `json:"link"`
	Endpoint string      `json:"endpoint"`
	Requests map[int]int `json:"requests"` // by the number of cells
	// Same are those of calls about the same, by a digest of the cells and their
	// number.
	Same map[uint64][2]int `json:"same,omitempty"`
}

// bookKey names the book among the cells, as nothing else is named.
func bookKey() Key {
	return KeyOf(hr.Link{}, Principal{}, Record{Endpoint: "book", Subject: Everybody})
}

// unwritten tells whether there is something that the store does not know.
func (b *book) unwritten() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.changed
}

// pages is what is written.
func (b *book) pages() []page {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.changed = false
	byScope := map[shape]*page{}
	for s, n := range b.requests {
		scope := shape{link: s.link, endpoint: s.endpoint}
		if byScope[scope] == nil {
			byScope[scope] = &page{s.link.System, s.link.Name, s.endpoint, map[int]int{}, map[uint64][2]int{}}
		}
		if s.of == 0 {
			byScope[scope].Requests[s.cells] = n
		} else {
			byScope[scope].Same[s.of] = [2]int{s.cells, n}
		}
	}
	out := make([]page, 0, len(byScope))
	for p := range maps.Values(byScope) {
		out = append(out, *p)
	}
	return out
}

// add takes what another process wrote; what this one has seen itself is newer.
func (b *book) add(pages []page) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.requests == nil {
		b.requests = map[shape]int{}
	}
	take := func(s shape, n int) {
		if _, known := b.requests[s]; !known && len(b.requests) < maxShapes && n >= 0 {
			b.requests[s] = n
		}
	}
	for _, p := range pages {
		s := shape{link: hr.Link{System: p.System, Name: p.Link}, endpoint: p.Endpoint}
		for cells, n := range p.Requests {
			s.cells = cells
			take(s, n)
		}
		for of, same := range p.Same {
			s.of, s.cells = of, same[0]
			take(s, same[1])
		}
	}
}

// dueAt tells whether the store is to be looked at, and puts the next look off.
func (b *book) dueAt(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.read || now.Before(b.due) {
		return false
	}
	b.due = now.Add(bookEvery)
	return true
}

// recall reads the book of the store, until that has worked once.
func (c *Cells) recall(ctx context.Context) {
	if c.shelf == nil || !c.book.dueAt(c.now()) {
		return
	}
	pages, err := c.shelf.book(ctx)
	if err != nil {
		return // prices are estimates then
	}
	c.book.add(pages)
	c.book.mu.Lock()
	defer c.book.mu.Unlock()
	c.book.read = true
}

// remember writes the book into the store if it has changed. What others wrote
// meanwhile stays in it.
func (c *Cells) remember(ctx context.Context) {
	if c.shelf == nil || !c.book.unwritten() {
		return
	}
	if others, err := c.shelf.book(ctx); err == nil {
		c.book.add(others)
	}
	if err := c.shelf.keepBook(ctx, c.book.pages()); err != nil {
		c.book.mu.Lock()
		defer c.book.mu.Unlock()
		c.book.changed = true
	}
}

// book reads the book, nil if there is none.
func (s *shelf) book(ctx context.Context) ([]page, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	k := bookKey()
	values, err := s.cache.GetMany(ctx, []string{s.seals.cellName(&k, Nobodys)})
	if err != nil || len(values) != 1 || values[0] == nil {
		return nil, err
	}
	text, err := s.seals.open(&k, values[0])
	if err != nil {
		return nil, nil // a book under another key is none
	}
	var pages []page
	if err := json.Unmarshal(text, &pages); err != nil {
		return nil, nil // so is one of another form
	}
	return pages, nil
}

func (s *shelf) keepBook(ctx context.Context, pages []page) error {
	text, err := json.Marshal(pages)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	k := bookKey()
	return s.cache.SetMany(ctx, []store.Entry{
		{Key: s.seals.cellName(&k, Nobodys), Value: s.seals.seal(&k, text), TTL: bookAge},
	})
}
