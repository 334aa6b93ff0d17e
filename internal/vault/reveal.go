package vault

import (
	"context"
	"errors"

	"github.com/hitotsu/hitotsu/internal/store"
)

// Has reports whether a credential is stored, without adding a source for it.
func (v *Vault) Has(ctx context.Context, id ID) (bool, error) {
	if v.docs == nil {
		return false, nil
	}
	r, err := v.get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return !r.Removed, nil
}

// Credential returns the current credential whole, with its refresh token, for
// the calls that are about the credential itself. Like Token it renews one that
// cannot be used.
func (s *Source) Credential(ctx context.Context) (Credential, error) {
	if _, err := s.Token(ctx); err != nil {
		return Credential{}, err
	}
	r := s.snapshot()
	return r.credential(), nil
}
