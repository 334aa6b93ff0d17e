package config

import (
	"fmt"
	"strings"
)

// keySecrets is a list of encryption keys, separated by commas.
func keySecrets(p *Secret) binding {
	b := secret(p)
	b.set = func(v string) error {
		if _, err := parseKeys(v); err != nil {
			return err
		}
		*p = NewSecret(v)
		return nil
	}
	return b
}

func parseKeys(v string) ([][]byte, error) {
	var keys [][]byte
	for i, part := range strings.Split(v, ",") {
		key, err := parseKey(part)
		if err != nil {
			return nil, fmt.Errorf("key %d of the list %w", i+1, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// FormerKeys returns the encryption keys that stored credentials may still be
// under.
func (c *Config) FormerKeys() [][]byte {
	keys, err := parseKeys(c.EncryptionKeysOld.Reveal())
	if err != nil {
		return nil // Load refuses malformed ones
	}
	return keys
}
