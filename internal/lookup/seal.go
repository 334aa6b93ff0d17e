package lookup

import (
	"errors"

	"github.com/hitotsu/hitotsu/internal/seal"
)

// sealPurpose and sealMark are what cells are sealed for.
const sealPurpose, sealMark = "hitotsu lookup v1", "HC1"

// sealer encrypts values, each bound to all parts of its cell's key, and makes the
// names that the store sees.
type sealer struct{ box *seal.Box }

var errSealed = errors.New("lookup: the value was not sealed with this key for this cell")

func newSealer(key []byte) (*sealer, error) {
	box, err := seal.New(key, sealPurpose, sealMark)
	if err != nil {
		return nil, err
	}
	return &sealer{box: box}, nil
}

func (s *sealer) seal(k *Key, plain []byte) []byte {
	return s.box.Seal(seal.Join(k.parts()...), plain)
}

func (s *sealer) open(k *Key, sealed []byte) ([]byte, error) {
	plain, err := s.box.Open(seal.Join(k.parts()...), sealed)
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

// mac is a keyed hash of texts, in hexadecimal digits.
func (s *sealer) mac(size int, parts ...string) string {
	return seal.Mac(s.box.Names(), size, parts...)
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
