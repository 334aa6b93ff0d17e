package vault

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"

	"github.com/hitotsu/hitotsu/internal/store"
)

// A sealed record is sealMagic, the key's id, and what AES-256-GCM makes of the
// plain record (nonce first). The id tells a wrong key from damage, and will
// let keys be changed one record at a time.
const (
	sealMagic  = "HV1"
	keyIDBytes = 8
	keyBytes   = 32
)

var (
	errWrongKey = errors.New("vault: encrypted under another key")
	errDamaged  = errors.New("vault: the record is damaged")
	errKeySize  = errors.New("vault: the key is not 32 bytes")
)

// sealer encrypts records and makes fingerprints. Each use has its own key,
// derived from the configured one.
type sealer struct {
	aead           cipher.AEAD
	id             []byte
	fingerprintKey []byte
}

func newSealer(key []byte) (*sealer, error) {
	if len(key) != keyBytes {
		return nil, errKeySize
	}
	aesKey, err1 := hkdf.Key(sha256.New, key, nil, "hitotsu vault v1 aes-256-gcm", keyBytes)
	id, err2 := hkdf.Key(sha256.New, key, nil, "hitotsu vault v1 key id", keyIDBytes)
	fingerprintKey, err3 := hkdf.Key(sha256.New, key, nil, "hitotsu vault v1 fingerprint", keyBytes)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(aesKey)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &sealer{aead: aead, id: id, fingerprintKey: fingerprintKey}, nil
}

// seal encrypts plain for id; it opens only for the same id.
func (s *sealer) seal(id ID, plain []byte) []byte {
	out := append([]byte(sealMagic), s.id...)
	return s.aead.Seal(out, nil, plain, bind(id)) //nolint:gosec // this AEAD makes the nonce itself and takes none
}

// open decrypts what seal made.
func (s *sealer) open(id ID, sealed []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, []byte(sealMagic))
	if !ok || len(rest) < keyIDBytes {
		return nil, errDamaged
	}
	if !bytes.Equal(rest[:keyIDBytes], s.id) {
		return nil, errWrongKey
	}
	plain, err := s.aead.Open(nil, nil, rest[keyIDBytes:], bind(id))
	if err != nil {
		return nil, errDamaged
	}
	return plain, nil
}

// fingerprint identifies texts without telling them.
func (s *sealer) fingerprint(parts ...string) string {
	mac := hmac.New(sha256.New, s.fingerprintKey)
	mac.Write(join(parts...)) // a hash never fails to write
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// key returns the store's key of a credential. An owner is a person and does
// not appear in it.
func (s *sealer) key(id ID) string {
	key := "credential/" + id.System + "/" + id.Link + "/" + id.Kind
	if id.Owner != "" {
		key += "/" + s.fingerprint("owner", id.Owner)
	}
	return key
}

// checkKey holds a sealed nothing that tells a wrong encryption key before
// anything else is looked for: under another key the owners' credentials would
// not be found at all, and would be started anew from spent seeds.
const checkKey = "vault/check"

// check compares the encryption key with the one the store was begun with.
func (s *sealer) check(ctx context.Context, docs store.Documents) error {
	for {
		doc, err := docs.Get(ctx, checkKey)
		if err == nil {
			_, err = s.open(ID{}, doc.Value)
			return err
		}
		if errors.Is(err, store.ErrNotFound) {
			_, err = docs.Put(ctx, checkKey, s.seal(ID{}, nil), 0)
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// bind is the associated data: a record copied to another link or owner does
// not open there.
func bind(id ID) []byte { return join(id.System, id.Link, id.Kind, id.Owner) }

// join keeps ("ab", "c") apart from ("a", "bc").
func join(parts ...string) []byte {
	var out []byte
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return out
}
