package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/store"
)

// decided is what people decided about records, as joining needs it.
type decided struct {
	// together are records that are one person, the earlier decision first.
	together [][2]hr.Ref
	// solo are records that were taken off somebody.
	solo map[hr.Ref]bool
}

// verdict is one decision as it is stored: the record of who decided what, and
// at the same time the rule that follows from it. To undo one is another.
type verdict struct {
	Kind          hr.DecisionKind
	At            time.Time
	By            string
	Records       []hr.RecordRef
	Before, After []hr.RecordGroup
	// Undoes is the number of the decision that this one takes back.
	Undoes int `json:",omitzero"`
}

// undo is the kind of a verdict that takes another one back.
const undo hr.DecisionKind = "UNDO"

// ledger keeps verdicts in the store, in the order in which they were passed,
// and follows what other processes add. They hold vendors' ids and the names of
// callers' keys, nothing personal.
type ledger struct {
	docs store.Documents
	log  *slog.Logger
	now  func() time.Time

	mu      sync.Mutex
	all     []verdict
	version uint64 // of the last page
	// change grows with every verdict that was learnt; -1 while none could be read.
	change  int
	checked time.Time
	// away says that they could not be read the last time, which was told.
	away bool

	folded   decided // what follows from the verdicts up to foldedAt
	foldedAt int
}

// Limits of the ledger.
const (
	// pageOfVerdicts is how many are in one document: 200 of 20 records each stay
	// far below what the store takes.
	pageOfVerdicts = 200
	// follow is how soon a process learns what another one wrote.
	follow = 2 * time.Second
	// mostRecords bounds one decision.
	mostRecords = 20
)

func newLedger(docs store.Documents, log *slog.Logger, now func() time.Time) *ledger {
	return &ledger{docs: docs, log: log, now: now, change: -1, foldedAt: -1}
}

func pageKey(n int) string { return fmt.Sprintf("directory/decisions/%04d", n) }

// current returns the rule that follows from all verdicts and its change. Without
// the store it is what was read last.
func (l *ledger) current(ctx context.Context) (decided, int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := l.now(); l.change < 0 || now.Sub(l.checked) >= follow {
		l.checked = now
		err := l.catchUp(ctx)
		if err != nil && !l.away {
			l.log.WarnContext(ctx, "decisions about identities not read from the store; going on with those of before",
				slog.Any("error", err))
		}
		l.away = err != nil
	}
	if l.change >= 0 && l.foldedAt != l.change {
		l.folded, l.foldedAt = fold(l.all), l.change
	}
	return l.folded, l.change
}

// catchUp reads what was added since. The lock is held.
func (l *ledger) catchUp(ctx context.Context) error {
	for {
		page := max(0, len(l.all)-1) / pageOfVerdicts
		if len(l.all) > 0 && len(l.all)%pageOfVerdicts == 0 && l.version == 0 {
			page++ // the last page is full and known
		}
		doc, err := l.docs.Get(ctx, pageKey(page))
		if errors.Is(err, store.ErrNotFound) {
			l.change = max(l.change, 0)
			return nil
		}
		if err != nil {
			return fmt.Errorf("directory: load decisions: %w", err)
		}
		if doc.Version != l.version {
			var rows []verdict
			if err := json.Unmarshal(doc.Value, &rows); err != nil { //nolint:musttag // written and read here alone
				return fmt.Errorf("directory: decisions in the store are damaged: %w", err)
			}
			l.all = append(slices.Clip(l.all[:page*pageOfVerdicts]), rows...)
			l.version = doc.Version
			l.change++
		}
		if len(l.all)%pageOfVerdicts != 0 || len(l.all) == 0 {
			l.change = max(l.change, 0)
			return nil
		}
		l.version = 0
	}
}

// add stores a verdict that was made of the verdicts up to change. It is
// store.ErrConflict if there are others meanwhile.
func (l *ledger) add(ctx context.Context, v verdict, change int) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.catchUp(ctx); err != nil {
		return 0, err
	}
	if l.change != change {
		return 0, store.ErrConflict
	}
	page := len(l.all) / pageOfVerdicts
	//nolint:musttag // written and read here alone
	value, err := json.Marshal(append(slices.Clip(l.all[page*pageOfVerdicts:]), v))
	if err != nil {
		return 0, fmt.Errorf("directory: encode decisions: %w", err)
	}
	version, err := l.docs.Put(ctx, pageKey(page), value, l.version)
	if err != nil {
		return 0, fmt.Errorf("directory: save a decision: %w", err)
	}
	l.all, l.version = append(l.all, v), version
	l.change++
	if len(l.all)%pageOfVerdicts == 0 {
		l.version = 0
	}
	return len(l.all), nil
}

// fold works out what holds: of the verdicts about a record the latest, without
// those that were taken back.
func fold(all []verdict) decided {
	d := decided{solo: map[hr.Ref]bool{}}
	undone := undoneBy(all)
	for i, v := range all {
		if _, ok := undone[i+1]; ok || v.Kind == undo {
			continue
		}
		if v.Kind == hr.DecisionLink {
			for k, a := range v.Records {
				for _, b := range v.Records[:k] {
					d.together = append(d.together, [2]hr.Ref{b.Ref(), a.Ref()})
				}
			}
			continue
		}
		for _, r := range v.Records {
			d.solo[r.Ref()] = true
			d.together = slices.DeleteFunc(d.together, func(p [2]hr.Ref) bool { return p[0] == r.Ref() || p[1] == r.Ref() })
		}
	}
	return d
}

// undoneBy tells which verdicts were taken back, and by which.
func undoneBy(all []verdict) map[int]*verdict {
	out := map[int]*verdict{}
	for i := range all {
		if all[i].Kind == undo {
			out[all[i].Undoes] = &all[i]
		}
	}
	return out
}

// history returns the decisions, the latest first.
func (l *ledger) history(ctx context.Context) ([]*hr.IdentityDecision, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.catchUp(ctx); err != nil {
		return nil, storeAway(err)
	}
	undone := undoneBy(l.all)
	var out []*hr.IdentityDecision
	for i, v := range slices.Backward(l.all) {
		if v.Kind != undo {
			out = append(out, v.describe(i+1, undone[i+1]))
		}
	}
	return out, nil
}

func (v *verdict) describe(number int, undone *verdict) *hr.IdentityDecision {
	d := &hr.IdentityDecision{
		Number: number, Kind: v.Kind, At: v.At, By: v.By, Records: v.Records, Before: v.Before, After: v.After,
	}
	if undone != nil {
		d.UndoneAt, d.UndoneBy = &undone.At, &undone.By
	}
	return d
}

// storeAway tells the caller that the store does not answer.
func storeAway(err error) error {
	return fault.New(fault.UpstreamUnavailable,
		"the store of decisions does not answer, so nothing was changed; try again later").Because(err)
}
