package vault

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/hitotsu/hitotsu/internal/seal"
)

// sealPurpose and sealMark are what records are sealed for. The key's id in each
// lets keys be changed one record at a time.
const (
	sealPurpose  = "hitotsu vault v2"
	sealMark     = "HV2"
	sealMarkStem = "HV"
	keyBytes     = seal.KeyBytes
)

var (
	errWrongKey = errors.New("vault: encrypted under another key")
	errDamaged  = errors.New("vault: the record is damaged")
	errVersion  = errors.New("vault: written by another version")
)

// sealer encrypts under the current key and decrypts under that and the former
// ones.
type sealer struct {
	current *seal.Box
	boxes   []*seal.Box // the current one first
}

func newSealer(key []byte, former [][]byte) (*sealer, error) {
	s := &sealer{}
	for _, k := range append([][]byte{key}, former...) {
		b, err := seal.New(k, sealPurpose, sealMark)
		if err != nil {
			return nil, err
		}
		s.boxes = append(s.boxes, b)
	}
	s.current = s.boxes[0]
	return s, nil
}

// seal encrypts plain for a place; it opens only at the same place.
func (s *sealer) seal(place string, plain []byte) []byte {
	return s.current.Seal([]byte(place), plain)
}

// open decrypts what seal made at the place and tells under which key it was.
func (s *sealer) open(place string, sealed []byte) ([]byte, *seal.Box, error) {
	for _, b := range s.boxes {
		plain, err := b.Open([]byte(place), sealed)
		switch {
		case err == nil:
			return plain, b, nil
		case errors.Is(err, seal.ErrKey):
			// perhaps the next one
		case errors.Is(err, seal.ErrForeign) && bytes.HasPrefix(sealed, []byte(sealMarkStem)):
			return nil, nil, errVersion
		default:
			return nil, nil, errDamaged
		}
	}
	return nil, nil, errWrongKey
}

// names makes the store's keys of credentials. It stays the same when the
// encryption key changes, or records would be looked for where they are not.
type names []byte

// recordPrefix begins the store's keys of all credentials.
const recordPrefix = "credential/"

// ownerBytes of an owner's hash are in a name.
const ownerBytes = 16

// key returns the store's key of a credential. An owner is a person and does not
// appear in it.
func (n names) key(id ID) string {
	key := recordPrefix + id.System + "/" + id.Link + "/" + id.Kind
	if id.Owner != "" {
		key += "/" + seal.Mac(n, ownerBytes, "owner", id.Owner)
	}
	return key
}

// fingerprint identifies a seed without telling it. It is kept only inside
// sealed records.
func fingerprint(parts ...string) string {
	sum := sha256.Sum256(seal.Join(append([]string{"hitotsu vault v2 seed"}, parts...)...))
	return hex.EncodeToString(sum[:16])
}
