package directory

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
)

// sealer encrypts what of people is kept in the store: AES-256-GCM under a key of
// its own, derived from the configured one.
type sealer struct {
	aead cipher.AEAD
	id   []byte
}

const (
	sealMagic  = "HD1"
	keyBytes   = 32
	keyIDBytes = 8
)

var errUnreadable = errors.New("directory: what is stored was not sealed under this key for this place")

func newSealer(key []byte) (*sealer, error) {
	aesKey, err1 := hkdf.Key(sha256.New, key, nil, "hitotsu directory v1 aes-256-gcm", keyBytes)
	id, err2 := hkdf.Key(sha256.New, key, nil, "hitotsu directory v1 key id", keyIDBytes)
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("directory: derive a key: %w", err)
	}
	block, err := aes.NewCipher(aesKey)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	return &sealer{aead: aead, id: id}, nil
}

// seal encrypts plain for a place; it opens only there.
func (s *sealer) seal(place string, plain []byte) []byte {
	out := append([]byte(sealMagic), s.id...)
	return s.aead.Seal(out, nil, plain, []byte(place)) //nolint:gosec // this AEAD makes the nonce itself and takes none
}

// open decrypts what seal made for the place.
func (s *sealer) open(place string, sealed []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, append([]byte(sealMagic), s.id...))
	if !ok {
		return nil, errUnreadable
	}
	plain, err := s.aead.Open(nil, nil, rest, []byte(place))
	if err != nil {
		return nil, errUnreadable
	}
	return plain, nil
}
