package vault

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/seal"
	"github.com/hitotsu/hitotsu/internal/store"
)

// checkKey is where the store keeps what names its records, sealed. It tells a
// wrong encryption key before anything else is looked for: otherwise owners'
// credentials would not be found at all and would be started anew from spent
// seeds.
const checkKey = "vault/check"

// ready returns how the store names its records, after the encryption key was
// compared with the store's.
func (v *Vault) ready(ctx context.Context) (names, error) {
	v.mu.Lock()
	known := v.names
	v.mu.Unlock()
	if known != nil {
		return known, nil
	}
	return v.readNames(ctx)
}

// readNames reads how the store names its records. An empty store is begun as
// this process knows it, so that one that was emptied is found as before.
func (v *Vault) readNames(ctx context.Context) (names, error) {
	for {
		doc, err := v.docs.Get(ctx, checkKey)
		switch {
		case errors.Is(err, store.ErrNotFound):
			_, err = v.docs.Put(ctx, checkKey, v.seal.seal(checkKey, v.ownNames()), 0)
		case err == nil:
			var plain []byte
			var under *seal.Box
			if plain, under, err = v.seal.open(checkKey, doc.Value); err != nil {
				return nil, err
			}
			if len(plain) != keyBytes {
				return nil, errDamaged
			}
			if under == v.seal.current {
				return v.setNames(plain), nil
			}
			_, err = v.docs.Put(ctx, checkKey, v.seal.seal(checkKey, plain), doc.Version)
		}
		if err != nil && !errors.Is(err, store.ErrConflict) {
			return nil, err
		}
	}
}

// ownNames is how this process names records in a store that does not say.
func (v *Vault) ownNames() names {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.names != nil {
		return v.names
	}
	if n := v.journal.ownNames(); n != nil {
		return n
	}
	return v.seal.current.Names()
}

func (v *Vault) setNames(n names) names {
	v.journal.keepNames(n)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.names = n
	return n
}

// get returns the stored record of a credential; store.ErrNotFound if there is
// none.
func (v *Vault) get(ctx context.Context, id ID) (*record, error) {
	n, err := v.ready(ctx)
	if err != nil {
		return nil, storeFault(id, err)
	}
	r, err := v.getAt(ctx, n.key(id))
	if errors.Is(err, store.ErrNotFound) {
		// The store may have been emptied and begun anew by another process.
		var again names
		if again, err = v.readNames(ctx); err == nil {
			r, err = v.getAt(ctx, again.key(id))
		}
	}
	if err == nil && r.ID != id {
		err = errDamaged
	}
	if err != nil {
		return nil, storeFault(id, err)
	}
	return r, nil
}

// getAt reads the record at one of the store's keys.
func (v *Vault) getAt(ctx context.Context, key string) (*record, error) {
	doc, err := v.docs.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	plain, under, err := v.seal.open(key, doc.Value)
	if err != nil {
		return nil, err
	}
	r := &record{}
	if json.Unmarshal(plain, r) != nil {
		return nil, errDamaged // the cause could quote the record
	}
	r.version, r.under = doc.Version, under
	return r, nil
}

// put stores r over the version it was read in and notes the new version. The
// journal follows; that it cannot is in the log.
func (v *Vault) put(ctx context.Context, r *record) error {
	n, err := v.ready(ctx)
	if err != nil {
		return storeFault(r.ID, err)
	}
	plain, err := json.Marshal(r)
	if err != nil {
		return storeFault(r.ID, errDamaged)
	}
	key := n.key(r.ID)
	version, err := v.docs.Put(ctx, key, v.seal.seal(key, plain), r.version)
	if err != nil {
		return storeFault(r.ID, err)
	}
	r.version, r.under = version, v.seal.current
	_ = v.journal.write(r)
	return nil
}

// storeFault makes an error of the store or of decryption one that may be
// shown. store.ErrNotFound and store.ErrConflict stay inspectable.
func storeFault(id ID, err error) error {
	switch {
	case errors.Is(err, errWrongKey):
		return fault.Upstream(fault.Misconfigured, id.System, id.Link, "the stored credential was encrypted under another "+
			"key; set HITOTSU_ENCRYPTION_KEY to the one that was used before, or name that one in "+
			"HITOTSU_ENCRYPTION_KEYS_OLD (nothing stored was changed)").Because(err)
	case errors.Is(err, errVersion):
		return fault.Upstream(fault.Misconfigured, id.System, id.Link, "the stored credential was written by another "+
			"version of hitotsu and was left as it is; run that version, or use an empty store and link the system "+
			"anew").Because(err)
	case errors.Is(err, errDamaged), errors.Is(err, store.ErrCorrupt):
		return fault.Upstream(fault.Misconfigured, id.System, id.Link, "the stored credential is damaged and was left as it "+
			"is; put the store back from a backup, or use an empty one and link the system anew").Because(err)
	case errors.Is(err, errJournal):
		return fault.Upstream(fault.UpstreamUnavailable, id.System, id.Link, "the journal in the data directory cannot be "+
			"written, so no token can be renewed; check HITOTSU_DATA_DIR, the rights to it and the disk").Because(err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	default:
		return fault.Upstream(fault.UpstreamUnavailable, id.System, id.Link, "the gateway's credential store does not "+
			"answer, so no token can be renewed; check the data directory or Redis").Because(err)
	}
}
