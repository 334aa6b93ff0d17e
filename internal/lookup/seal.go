package lookup

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
	"fmt"
)

// A sealed value is sealMagic, the key's id, and what AES-256-GCM makes of the
// plain value (nonce first), bound to all parts of the cell's key: a value moved
// to another name does not open there.
const (
	sealMagic  = "HC1"
	keyIDBytes = 8
	keyBytes   = 32
)

// sealer encrypts values and makes the names that the store sees. Its keys are
// derived from the configured one and serve nothing else.
type sealer struct {
	aead    cipher.AEAD
	id      []byte
	nameKey []byte
}

var errSealed = errors.New("lookup: the value was not sealed with this key for this cell")

func newSealer(key []byte) (*sealer, error) {
	if len(key) != keyBytes {
		return nil, fmt.Errorf("lookup: the key is not %d bytes", keyBytes)
	}
	aesKey, err1 := hkdf.Key(sha256.New, key, nil, "hitotsu lookup v1 aes-256-gcm", keyBytes)
	id, err2 := hkdf.Key(sha256.New, key, nil, "hitotsu lookup v1 key id", keyIDBytes)
	nameKey, err3 := hkdf.Key(sha256.New, key, nil, "hitotsu lookup v1 names", keyBytes)
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
	return &sealer{aead: aead, id: id, nameKey: nameKey}, nil
}

func (s *sealer) seal(k *Key, plain []byte) []byte {
	out := append([]byte(sealMagic), s.id...)
	return s.aead.Seal(out, nil, plain, join(k.parts()...)) //nolint:gosec // this AEAD makes the nonce itself
}

func (s *sealer) open(k *Key, sealed []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, []byte(sealMagic))
	if !ok || len(rest) < keyIDBytes || !bytes.Equal(rest[:keyIDBytes], s.id) {
		return nil, errSealed
	}
	plain, err := s.aead.Open(nil, nil, rest[keyIDBytes:], join(k.parts()...))
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

// mac is a keyed hash of texts, in hexadecimal digits.
func (s *sealer) mac(size int, parts ...string) string {
	m := hmac.New(sha256.New, s.nameKey)
	m.Write(join(parts...)) // a hash never fails
	return hex.EncodeToString(m.Sum(nil)[:size])
}

// Sizes of hashes in names, in bytes: no two of a company's will meet.
const groupBytes, cellBytes, topicBytes = 12, 16, 12

// cellName is a cell's name in the store. Cells of one person share a prefix, and
// so do a link's cells of several people.
func (s *sealer) cellName(k *Key, w Whose) string {
	return s.groupName(k, w) + s.mac(cellBytes, append(k.parts(), "cell")...)
}

// groupName is the prefix of the cells that one purge removes.
func (s *sealer) groupName(k *Key, w Whose) string {
	who := [...]string{Own: "own/" + k.subject, Many: "many", Nobodys: "nobodys"}[w]
	link := k.parts()[:linkParts]
	return "cell/" + s.mac(groupBytes, append(link, who, "group")...) + "/"
}

func (s *sealer) topicName(t topicKey) string {
	return "cell/" + s.mac(topicBytes, string(t.link.System), t.link.Name, t.endpoint, t.subject, "topic")
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
