package directory

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store"
)

// Options configures a Directory.
type Options struct {
	// Rosters lists people, one for each link.
	Rosters []sources.Roster
	// Units lists organisations, one for each link that knows any.
	Units []sources.UnitSource
	// Relations says that somebody's rights rest on the organisations, so that Run
	// reads them at once; otherwise it keeps them fresh from the first question on.
	Relations bool
	// Identities remembers ids.
	Identities *Identities
	// MaxAge is how old a link's part may get before it is fetched again;
	// 0 means 6 h.
	MaxAge time.Duration
	// Retry is how long a link that failed is left alone; 0 means 30 s.
	Retry time.Duration
	// Patience is the longest a reader waits for a link that never answered
	// yet; 0 means 5 s.
	Patience time.Duration
	// Trust is whose values are shown; nil means DefaultTrust.
	Trust *Trust
	// Tell is called at the end of Touch and its like, to let other gateways know;
	// nil tells nobody.
	Tell func(l hr.Link, c Change)
	// Cache keeps what was listed for other processes and for the next start,
	// encrypted under a key derived from Key; without either nothing is kept.
	Cache store.Cache
	Key   []byte
	// Locks let one process list a link for all; nil lets each list for itself.
	Locks store.Locks
	// Tenant tells whose people a link lists, so that a link that is set up anew for
	// another tenant does not begin with the old one's; nil if that cannot happen.
	Tenant func(l hr.Link) string
	// Pace is the time between two calls to a link in a scan that nobody waits
	// for; nil does not wait.
	Pace func(l hr.Link) time.Duration
	// Parallel is how many calls to a link may be under way in a scan that somebody
	// waits for; nil means one.
	Parallel func(l hr.Link) int
	// Now is the clock.
	Now func() time.Time
}

// Directory keeps the index and the tree. It is safe for concurrent use.
type Directory struct {
	people shelf[sources.Person]
	units  shelf[sources.Unit]

	identities *Identities
	tell       func(hr.Link, Change)
	ledger     *ledger
	now        func() time.Time
	trust      Trust
	treeWanted atomic.Bool

	building   sync.Mutex
	index      *Index
	indexState int
	decisions  int // the ledger's change that the index was made under
	tree       *Tree
	treeState  int
}

// New returns a directory that has read nothing yet.
func New(opts Options) *Directory {
	d := &Directory{identities: opts.Identities, tell: opts.Tell, now: opts.Now, indexState: -1, treeState: -1}
	d.ledger = newLedger(opts.Identities.docs, opts.Identities.log, opts.Now)
	d.trust = DefaultTrust()
	if opts.Trust != nil {
		d.trust = *opts.Trust
	}
	keep := newArchive(opts, opts.Identities.log)
	d.people = shelf[sources.Person]{
		maxAge: or(opts.MaxAge, 6*time.Hour), retry: or(opts.Retry, 30*time.Second),
		patience: or(opts.Patience, 5*time.Second), budget: 2 * time.Hour, now: opts.Now,
	}
	for _, r := range opts.Rosters {
		f := &fetcher[sources.Person]{
			kind: "people", link: r.Link(), pages: pagesOf(r), ref: func(p *sources.Person) hr.Ref { return p.Ref },
			archive: keep, where: opts.where("people", r.Link()), parallel: 1, now: opts.Now, log: opts.Identities.log,
		}
		f.journal = &journal[sources.Person]{archive: keep, key: f.where + journalName}
		if p, ok := r.(sources.Picker); ok {
			f.pick, f.pickCalls = p.Pick, p.PickCalls
		}
		if m, ok := r.(sources.Mover); ok {
			f.moves = m.Moves
		}
		if opts.Pace != nil {
			f.pace = opts.Pace(f.link)
		}
		if opts.Parallel != nil {
			f.parallel = opts.Parallel(f.link)
		}
		d.people.parts = append(d.people.parts, &part[sources.Person]{link: f.link, fetcher: f})
	}
	d.units = shelf[sources.Unit]{
		maxAge: d.people.maxAge, retry: d.people.retry,
		patience: d.people.patience, budget: time.Minute, now: opts.Now,
	}
	for _, u := range opts.Units {
		f := &fetcher[sources.Unit]{
			kind: "units", link: u.Link(), pages: everything(u.Units), ref: func(u *sources.Unit) hr.Ref { return u.Ref },
			archive: keep, where: opts.where("units", u.Link()), parallel: 1, now: opts.Now, log: opts.Identities.log,
		}
		f.journal = &journal[sources.Unit]{archive: keep, key: f.where + journalName}
		d.units.parts = append(d.units.parts, &part[sources.Unit]{link: f.link, fetcher: f})
	}
	d.treeWanted.Store(opts.Relations)
	return d
}

// where names the place of a listing in the archive.
func (o *Options) where(kind string, l hr.Link) string {
	tenant := ""
	if o.Tenant != nil {
		tenant = o.Tenant(l)
	}
	sum := sha256.Sum256([]byte(tenant))
	return fmt.Sprintf("directory/%s/%s/%x", kind, l, sum[:8])
}

func or(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// Index returns everybody. It waits only for links that never answered yet, and
// for those at most the patience. The error is the context's; a link that fails
// is told in Index.Sources.
func (d *Directory) Index(ctx context.Context) (*Index, error) {
	v, err := d.people.read(ctx)
	if err != nil {
		return nil, err
	}
	d.account(ctx, v.sources)
	d.building.Lock()
	defer d.building.Unlock()
	known, decisions := d.ledger.current(ctx)
	if d.index != nil && d.indexState >= v.change && d.decisions >= decisions {
		return d.index, nil
	}
	j := join(v.rows, known)
	ids := d.identities.assign(ctx, j.groups)
	d.index, d.indexState, d.decisions = newIndex(j, ids, v.sources, d.now(), d.trust), v.change, decisions
	d.index.undecided = decisions < 0
	return d.index, nil
}

// Tree returns the organisations, under the same conditions as Index.
func (d *Directory) Tree(ctx context.Context) (*Tree, error) {
	d.treeWanted.Store(true)
	v, err := d.units.read(ctx)
	if err != nil {
		return nil, err
	}
	d.building.Lock()
	defer d.building.Unlock()
	if d.tree == nil || d.treeState < v.change {
		d.tree, d.treeState = newTree(v.rows, v.sources), v.change
	}
	return d.tree, nil
}

// Touch says that people or organisations of a link were changed: the next
// reading asks the system, and waits for it as it did for the first time.
func (d *Directory) Touch(ctx context.Context, l hr.Link) {
	noteAll(ctx, &d.units, l)
	noteAll(ctx, &d.people, l)
	d.announce(l, Everything)
}

// Managed returns every id of the units that the employee manages, those below
// included, and whether that is known. Only AKASHI tells who manages what, so it
// is known while each of its links has told both its people and its
// organisations recently enough for rights to rest on them.
func (d *Directory) Managed(ctx context.Context, e *hr.Employee) (map[hr.OrganizationID]bool, bool, error) {
	index, err := d.Index(ctx)
	if err != nil {
		return nil, false, err
	}
	tree, err := d.Tree(ctx)
	if err != nil {
		return nil, false, err
	}
	if !d.recent(index.Sources) || !d.recent(tree.Sources) {
		return nil, false, nil
	}
	return tree.Below(e.Manages...), true, nil
}

// recent tells whether every link of AKASHI gave its part not too long ago.
func (d *Directory) recent(parts []hr.Source) bool {
	for _, s := range parts {
		if s.System == hr.Akashi && (s.AsOf == nil || d.now().Sub(*s.AsOf) > maxRelationAge) {
			return false
		}
	}
	return true
}

// maxRelationAge is how old people and organisations may be for rights to rest
// on them; beyond it a manager sees only themselves.
const maxRelationAge = 24 * time.Hour

// tick is how often Run looks after what is due, and after what other processes
// have listed.
const tick = 15 * time.Second

// Run reads people at once, and the organisations where rights rest on them, so
// that the first question need not wait for them, and keeps them fresh whether
// anybody asks or not. It ends with ctx.
func (d *Directory) Run(ctx context.Context) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		d.people.start(ctx)
		if d.treeWanted.Load() {
			d.units.start(ctx)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		d.people.adopt(ctx)
		d.people.look(ctx)
		d.units.adopt(ctx)
	}
}

// Close ends the fetches under way. The directory must not be read afterwards.
func (d *Directory) Close() {
	d.people.close()
	d.units.close()
}
