package native

import (
	"maps"
	"slices"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/reads"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// Options configures a Native. Directory and Reads are needed.
type Options struct {
	// Directory and Reads are told what a write touched.
	Directory *directory.Directory
	Reads     *reads.Reader
	// Akashi holds the clients with the company's token, by the link's name.
	Akashi map[string]*akashi.Client
	// Carely holds the clients by the link's name.
	Carely map[string]*carely.Client
	// Jobcan holds the clients by the link's name.
	Jobcan map[string]*jobcan.Client
	// Yesod holds the clients by the link's name.
	Yesod map[string]*yesod.Client
}

// Native is the vendors' own side of every link. It is safe for concurrent use.
type Native struct {
	opts Options
}

// New returns a Native.
func New(opts Options) *Native { return &Native{opts: opts} }

// Links returns the names of the links to a system, in order.
func (n *Native) Links(system hr.System) []string {
	switch system {
	case hr.Akashi:
		return slices.Sorted(maps.Keys(n.opts.Akashi))
	case hr.Jobcan:
		return slices.Sorted(maps.Keys(n.opts.Jobcan))
	case hr.Carely:
		return slices.Sorted(maps.Keys(n.opts.Carely))
	case hr.Yesod:
		return slices.Sorted(maps.Keys(n.opts.Yesod))
	default:
		return nil
	}
}

// Akashi returns AKASHI's own side of a link, or the fault NOT_CONNECTED.
func (n *Native) Akashi(link string) (*Akashi, error) {
	api, ok := n.opts.Akashi[link]
	if !ok {
		return nil, notConnected(hr.Akashi, link)
	}
	return &Akashi{
		link: hr.Link{System: hr.Akashi, Name: link}, api: api, dir: n.opts.Directory, reads: n.opts.Reads,
	}, nil
}

func notConnected(system hr.System, link string) *fault.Error {
	return fault.Upstream(fault.NotConnected, string(system), link, "no link of this name to this system is configured")
}
