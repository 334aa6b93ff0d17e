package vault

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
)

// changesKey is where processes that share a store tell each other what a person
// has changed. That it is gone tells that the store was emptied.
const changesKey = "vault/changes"

// maxChanges is how many changes are told one by one; whoever has missed more
// looks at everything.
const maxChanges = 64

// changes are the store's keys that were changed last.
type changes struct {
	// Begun is another one after the store was emptied.
	Begun string `json:"begun"`
	// Count is that of all changes since then; the last of Keys has this number.
	Count uint64   `json:"count"`
	Keys  []string `json:"keys"`
}

// announce tells the other processes that a credential was changed. They find
// out without it too, only later, so that its failure is not one of the change.
func (v *Vault) announce(ctx context.Context, id ID) {
	if v.exclusive {
		return
	}
	n, err := v.ready(ctx)
	for err == nil {
		var c changes
		var version uint64
		c, version, err = v.readChanges(ctx)
		if err != nil {
			break
		}
		if c.Begun == "" {
			c.Begun = rand.Text()
		}
		c.Count++
		c.Keys = append(c.Keys, n.key(id))
		c.Keys = c.Keys[max(0, len(c.Keys)-maxChanges):]
		var plain []byte
		if plain, err = json.Marshal(c); err != nil {
			break
		}
		if _, err = v.docs.Put(ctx, changesKey, plain, version); err == nil {
			return
		}
		if errors.Is(err, store.ErrConflict) {
			err = nil
		}
	}
	v.opts.Log.LogAttrs(ctx, slog.LevelWarn, "a changed credential could not be announced to other gateways; they "+
		"notice later", slog.Any("error", err))
}

// readChanges returns what is told and its version; nothing and 0 if the store
// tells nothing. What cannot be read counts as nothing.
func (v *Vault) readChanges(ctx context.Context) (changes, uint64, error) {
	var c changes
	doc, err := v.docs.Get(ctx, changesKey)
	if errors.Is(err, store.ErrNotFound) {
		return c, 0, nil
	}
	if err != nil {
		return c, 0, err
	}
	if json.Unmarshal(doc.Value, &c) != nil || uint64(len(c.Keys)) > c.Count {
		c = changes{}
	}
	return c, doc.Version, nil
}

// watcher is what Run knows of the store.
type watcher struct {
	begun   string // "" before the store was first seen
	seen    uint64 // changes
	version uint64 // of changesKey
	// settled: what the journal knows was offered to the store, and all of that
	// is under the current key.
	settled bool
}

// watchTime bounds one look at a store that may hang, settleTime the rest.
const (
	watchTime  = 5 * time.Second
	settleTime = 30 * time.Second
)

// watch looks once whether a person has changed something and whether the store
// was emptied, and marks the sources that must look.
func (v *Vault) watch(ctx context.Context, w *watcher) {
	if v.docs == nil {
		return
	}
	if !v.exclusive {
		look, cancel := context.WithTimeout(ctx, watchTime)
		err := v.watchChanges(look, w)
		cancel()
		if err != nil {
			return // the next look tells
		}
	}
	if !w.settled {
		settle, cancel := context.WithTimeout(ctx, settleTime)
		w.settled = v.settleStore(settle) == nil
		cancel()
	}
}

func (v *Vault) watchChanges(ctx context.Context, w *watcher) error {
	c, version, err := v.readChanges(ctx)
	if err != nil || version == w.version && version != 0 {
		return err
	}
	if version == 0 {
		c = changes{Begun: rand.Text()}
		var plain []byte
		if plain, err = json.Marshal(c); err != nil {
			return err
		}
		version, err = v.docs.Put(ctx, changesKey, plain, 0)
		if errors.Is(err, store.ErrConflict) {
			return nil // another process was faster; the next look finds it
		}
		if err != nil {
			return err
		}
	}
	missed := int(min(c.Count-min(w.seen, c.Count), maxChanges+1))
	everything := c.Begun != w.begun || c.Begun == "" || missed > len(c.Keys)
	v.markStale(everything, c.Keys[max(0, len(c.Keys)-missed):])
	if everything {
		w.settled = false
	}
	w.begun, w.seen, w.version = c.Begun, c.Count, version
	return nil
}

// markStale makes sources look into the store: all, or those of the keys.
func (v *Vault) markStale(everything bool, keys []string) {
	v.mu.Lock()
	n := v.names
	v.mu.Unlock()
	for _, s := range v.all() {
		if everything || n != nil && slices.Contains(keys, n.key(s.spec.ID)) {
			s.markStale()
		}
	}
}

// settleStore offers the store what the journal knows and no source would
// offer, and puts everything under the current key.
func (v *Vault) settleStore(ctx context.Context) error {
	for _, r := range v.journal.all() {
		if _, known := v.Lookup(r.ID); !known {
			if err := v.offer(ctx, r); err != nil {
				return err
			}
		}
	}
	if len(v.seal.boxes) == 1 {
		return nil
	}
	return v.reseal(ctx)
}

// offer stores a record of the journal if the store has lost it.
func (v *Vault) offer(ctx context.Context, r *record) error {
	for {
		have, err := v.get(ctx, r.ID)
		if errors.Is(err, store.ErrNotFound) {
			have, err = &record{ID: r.ID}, nil
		}
		if err != nil {
			return err
		}
		if !r.supersedes(have) {
			v.journal.note(have)
			return nil
		}
		next := v.restored(r, have)
		if err := v.put(ctx, next); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// restored is r as it is put into a store that has lost it, or that this process
// could not write to in time.
func (v *Vault) restored(r, have *record) *record {
	next := *r
	next.version = have.version
	ours := have.Flight != nil && have.Flight.Owner == v.owner
	if !v.exclusive && !ours {
		next.RestoredAt = v.opts.Now()
	}
	return &next
}

// reseal puts every record that is under a former key under the current one.
func (v *Vault) reseal(ctx context.Context) error {
	n, err := v.ready(ctx)
	if err != nil {
		return err
	}
	keys, err := v.docs.List(ctx, recordPrefix)
	if err != nil {
		return err
	}
	count, failed := 0, error(nil)
	for _, key := range keys {
		r, err := v.getAt(ctx, key)
		if err == nil && r.under != v.seal.current && n.key(r.ID) == key {
			err = v.put(ctx, r)
			count++
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) && !isDamage(err) {
			failed = err
		}
	}
	if count > 0 {
		v.opts.Log.LogAttrs(ctx, slog.LevelInfo, "credentials were put under the current encryption key",
			slog.Int("credentials", count), slog.String("key", v.KeyID()))
	}
	return failed
}

// isDamage reports whether err tells of something that looking again does not
// change.
func isDamage(err error) bool {
	return errors.Is(err, errDamaged) || errors.Is(err, errWrongKey) || errors.Is(err, errVersion) ||
		errors.Is(err, store.ErrCorrupt) || fault.CodeOf(err) == fault.Misconfigured
}
