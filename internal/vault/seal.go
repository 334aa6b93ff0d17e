package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
)

// A sealed record is sealMagic, the id of the key, and what AES-256-GCM makes of
// the plain record (nonce first). The id tells a wrong key from damage and lets
// keys be changed one record at a time.
const (
	sealMagic     = "HV2"
	sealMagicStem = "HV"
	keyIDBytes    = 8
	keyBytes      = 32
)

var (
	errWrongKey = errors.New("vault: encrypted under another key")
	errDamaged  = errors.New("vault: the record is damaged")
	errVersion  = errors.New("vault: written by another version")
	errKeySize  = errors.New("vault: the key is not 32 bytes")
)

// sealer encrypts under the current key and decrypts under that and the former
// ones. Each use of a key has its own key, derived from it.
type sealer struct {
	current *box
	boxes   []*box // the current one first
}

// box is what one configured key can do.
type box struct {
	id   []byte
	aead cipher.AEAD
	// names makes the names under which a store begun with this key keeps
	// records; see names.
	names []byte
}

func newSealer(key []byte, former [][]byte) (*sealer, error) {
	s := &sealer{}
	for _, k := range append([][]byte{key}, former...) {
		b, err := newBox(k)
		if err != nil {
			return nil, err
		}
		s.boxes = append(s.boxes, b)
	}
	s.current = s.boxes[0]
	return s, nil
}

func newBox(key []byte) (*box, error) {
	if len(key) != keyBytes {
		return nil, errKeySize
	}
	aesKey, err1 := hkdf.Key(sha256.New, key, nil, "hitotsu vault v2 aes-256-gcm", keyBytes)
	id, err2 := hkdf.Key(sha256.New, key, nil, "hitotsu vault v2 key id", keyIDBytes)
	names, err3 := hkdf.Key(sha256.New, key, nil, "hitotsu vault v2 names", keyBytes)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	aead, err := newAEAD(aesKey)
	if err != nil {
		return nil, err
	}
	return &box{id: id, aead: aead, names: names}, nil
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal encrypts plain for a place; it opens only at the same place.
func (s *sealer) seal(place string, plain []byte) []byte {
	out := append([]byte(sealMagic), s.current.id...)
	return s.current.aead.Seal(out, nil, plain, []byte(place)) //nolint:gosec // this AEAD makes the nonce itself
}

// open decrypts what seal made at the place and tells under which key it was.
func (s *sealer) open(place string, sealed []byte) ([]byte, *box, error) {
	rest, ok := bytes.CutPrefix(sealed, []byte(sealMagic))
	switch {
	case !ok && bytes.HasPrefix(sealed, []byte(sealMagicStem)):
		return nil, nil, errVersion
	case !ok || len(rest) < keyIDBytes:
		return nil, nil, errDamaged
	}
	for _, b := range s.boxes {
		if !bytes.Equal(rest[:keyIDBytes], b.id) {
			continue
		}
		plain, err := b.aead.Open(nil, nil, rest[keyIDBytes:], []byte(place))
		if err != nil {
			return nil, nil, errDamaged
		}
		return plain, b, nil
	}
	return nil, nil, errWrongKey
}

// keyID is how a key is named to people.
func (b *box) keyID() string { return hex.EncodeToString(b.id[:4]) }

// names makes the store's keys of credentials. It stays the same when the
// encryption key changes, or records would be looked for where they are not.
type names []byte

// recordPrefix begins the store's keys of all credentials.
const recordPrefix = "credential/"

// key returns the store's key of a credential. An owner is a person and does not
// appear in it.
func (n names) key(id ID) string {
	key := recordPrefix + id.System + "/" + id.Link + "/" + id.Kind
	if id.Owner != "" {
		mac := hmac.New(sha256.New, n)
		mac.Write(join("owner", id.Owner)) // a hash never fails to write
		key += "/" + hex.EncodeToString(mac.Sum(nil)[:16])
	}
	return key
}

// fingerprint identifies a seed without telling it. It is kept only inside
// sealed records.
func fingerprint(parts ...string) string {
	sum := sha256.Sum256(join(append([]string{"hitotsu vault v2 seed"}, parts...)...))
	return hex.EncodeToString(sum[:16])
}

// join keeps ("ab", "c") apart from ("a", "bc").
func join(parts ...string) []byte {
	var out []byte
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return out
}
