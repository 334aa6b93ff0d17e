package lookup

import (
	"context"
	"errors"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Purge removes what is kept of records of people: their own cells, and those of
// their links that tell of several people. It leaves the store's and this
// process's memory at once, that of other processes with their next operation or
// within ten seconds. It is done when it returns nil, and may be repeated.
func (c *Cells) Purge(ctx context.Context, records []hr.Ref) error {
	var topics []Topic
	links := map[hr.Link]bool{}
	for _, r := range records {
		for endpoint, rule := range c.rules {
			switch {
			case rule.Whose == Own:
				topics = append(topics, Topic{Link: r.Link, Endpoint: endpoint, Subject: r.ID})
			case rule.Whose == Many && !links[r.Link]:
				topics = append(topics, Topic{Link: r.Link, Endpoint: endpoint})
			}
		}
		links[r.Link] = true
	}
	c.Touch(ctx, topics...)
	c.Announce(ctx, sweepName)
	c.sweep()
	if c.shelf == nil {
		return nil
	}
	if c.history.restless() {
		return errAway
	}
	for _, r := range records {
		k := KeyOf(r.Link, Principal{}, Record{Subject: r.ID})
		for _, w := range []Whose{Own, Many} {
			if err := c.shelf.cache.DropPrefix(ctx, c.shelf.seals.groupName(&k, w)); err != nil {
				return err
			}
		}
	}
	return nil
}

var errAway = errors.New("lookup: the shared store does not answer, so other gateways do not know of the purge")
