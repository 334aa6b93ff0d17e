package sources

import (
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// A system may answer in good form what nobody asked for. Rows of another person
// or another day are not dropped: where they are, those that were asked for may
// be missing, and an answer that looks complete would be kept.

func lied(l hr.Link, what string) error {
	return fault.Upstream(fault.UpstreamBadResponse, string(l.System), l.Name, what)
}

func stranger(l hr.Link) error {
	return lied(l, "the answer holds another person than the one asked for")
}

func elsewhen(l hr.Link) error { return lied(l, "the answer holds another day than those asked for") }

func twice(l hr.Link) error { return lied(l, "the answer holds the same row twice") }

func (a *Akashi) stranger() error { return stranger(a.name) }
func (a *Akashi) elsewhen() error { return elsewhen(a.name) }
func (a *Akashi) twice() error    { return twice(a.name) }
func (c *Carely) stranger() error { return stranger(c.name) }

// again tells whether a day occurs twice in one person's records, which are in
// order.
func again(records []*hr.WorkingRecord) bool {
	for i := 1; i < len(records); i++ {
		if records[i].Date == records[i-1].Date {
			return true
		}
	}
	return false
}
