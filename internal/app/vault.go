package app

import (
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/vault"
)

// openVault opens the vault over the store. With Redis, a data directory holds
// this process's own copy of the credentials.
func openVault(docs documents, p Parts) (*vault.Vault, error) {
	opts := vault.Options{Now: p.Now, Log: p.Log, FormerKeys: p.Config.FormerKeys()}
	if p.Config.RedisURL.IsSet() {
		opts.JournalDir = p.Config.DataDir
	}
	if key := p.Config.Key(); key != nil {
		return vault.Open(docs, key, opts)
	}
	return vault.Open(nil, nil, opts)
}

// personalPolicy is akashiPolicy for the tokens of employees, of which there may
// be thousands: their exchanges are spread over days, one or two weeks ahead of
// the end.
func personalPolicy(l *config.Link) vault.Policy {
	policy := akashiPolicy(l)
	policy.Spread, policy.UnknownSpread = 7*24*time.Hour, 3*24*time.Hour
	return policy
}
