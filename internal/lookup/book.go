package lookup

import (
	"context"
	"encoding/json"
	"maps"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/store"
)

// shape is what calls have in common that take the same number of requests.
type shape struct {
	link     hr.Link
	endpoint string
	cells    int // days of cells
}

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

func shapeOf[T any](call Call[T]) shape {
	k := &call.Cells[0].Key
	return shape{link: k.Link(), endpoint: k.Endpoint(), cells: count(call.Cells)}
}

// note remembers what a call took that went well.
func (b *book) note(s shape, requests int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if known, ok := b.requests[s]; ok && known == requests {
		return
	}
	if b.requests == nil || len(b.requests) >= maxShapes {
		b.requests = map[shape]int{}
	}
	b.requests[s], b.changed = requests, true
}

// price returns what calls of a shape took last, false when none was made.
func (b *book) price(s shape) (int, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, ok := b.requests[s]
	return n, ok
}

// page is a part of the book in the store: it tells of nobody.
type page struct {
	System   hr.System   `json:"system"`
	Link     string      `json:"link"`
	Endpoint string      `json:"endpoint"`
	Requests map[int]int `json:"requests"` // by the number of cells
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
			byScope[scope] = &page{s.link.System, s.link.Name, s.endpoint, map[int]int{}}
		}
		byScope[scope].Requests[s.cells] = n
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
	for _, p := range pages {
		for cells, n := range p.Requests {
			s := shape{link: hr.Link{System: p.System, Name: p.Link}, endpoint: p.Endpoint, cells: cells}
			if _, known := b.requests[s]; !known && len(b.requests) < maxShapes && n >= 0 {
				b.requests[s] = n
			}
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
