// Package seal encrypts what is kept outside this process's memory: AES-256-GCM
// under keys derived from the one that the configuration gives. A Box belongs to
// one purpose; what one makes, no other opens, though all come from the same key.
//
// A sealed text is the purpose's mark (a few letters and the version of the form),
// the id of the key, and what AES-GCM makes of the plain text, nonce first. It is
// bound to the place where it lies: moved elsewhere it does not open. The mark and
// the id tell a foreign text and a wrong key from damage, which only a person can
// tell apart from an attack.
//
// The vault, the lookup cache and the lists of people use it. It imports no other
// package of the house.
package seal

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

// KeyBytes is the length of every key.
const KeyBytes = 32

const idBytes = 8

// What Box.Open and New refuse.
var (
	ErrForeign = errors.New("seal: not sealed for this purpose, or in another version")
	ErrKey     = errors.New("seal: sealed under another key")
	ErrDamaged = errors.New("seal: damaged, or sealed for another place")
	ErrKeySize = errors.New("seal: the key is not 32 bytes")
)

// Box seals for one purpose under one key. It is safe for concurrent use.
type Box struct {
	mark  string
	id    []byte
	names []byte
	aead  cipher.AEAD
}

// New derives a purpose's keys from key. Purpose and mark are part of what is
// stored: another purpose is another key, another mark another form.
func New(key []byte, purpose, mark string) (*Box, error) {
	if len(key) != KeyBytes {
		return nil, ErrKeySize
	}
	aesKey, err1 := hkdf.Key(sha256.New, key, nil, purpose+" aes-256-gcm", KeyBytes)
	id, err2 := hkdf.Key(sha256.New, key, nil, purpose+" key id", idBytes)
	names, err3 := hkdf.Key(sha256.New, key, nil, purpose+" names", KeyBytes)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	aead, err := AEAD(aesKey)
	if err != nil {
		return nil, err
	}
	return &Box{mark: mark, id: id, names: names, aead: aead}, nil
}

// AEAD is AES-256-GCM under a key of 32 bytes that serves nothing else. It makes
// the nonces itself, and takes none.
func AEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Seal encrypts plain for a place; it opens only there.
func (b *Box) Seal(place, plain []byte) []byte {
	out := append([]byte(b.mark), b.id...)
	return b.aead.Seal(out, nil, plain, place) //nolint:gosec // this AEAD makes the nonce itself
}

// Open decrypts what Seal made for the place. It fails with ErrForeign, ErrKey or
// ErrDamaged.
func (b *Box) Open(place, sealed []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, []byte(b.mark))
	switch {
	case !ok:
		return nil, ErrForeign
	case len(rest) < idBytes:
		return nil, ErrDamaged
	case !bytes.Equal(rest[:idBytes], b.id):
		return nil, ErrKey
	}
	plain, err := b.aead.Open(nil, nil, rest[idBytes:], place)
	if err != nil {
		return nil, ErrDamaged
	}
	return plain, nil
}

// KeyID is how the key is named to people.
func (b *Box) KeyID() string { return hex.EncodeToString(b.id[:4]) }

// Names is the key of the names under which the purpose's texts lie; see Mac.
func (b *Box) Names() []byte { return b.names }

// Mac is a keyed hash of texts, the first size bytes of it in hexadecimal digits:
// a name that tells nothing of what lies there.
func Mac(names []byte, size int, parts ...string) string {
	m := hmac.New(sha256.New, names)
	m.Write(Join(parts...)) // a hash never fails
	return hex.EncodeToString(m.Sum(nil)[:size])
}

// Join keeps ("ab", "c") apart from ("a", "bc").
func Join(parts ...string) []byte {
	var out []byte
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return out
}
