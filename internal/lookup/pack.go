package lookup

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/hitotsu/hitotsu/internal/store"
)

// A storedPart is a part as the store holds it.
type storedPart struct {
	from store.Position
	at   time.Time
	days Days
	day  []uint8
	text []byte // rows in JSON
}

// headBytes are epoch, sequence and time of the answer, the days, and how many
// bytes the days of the rows and the rows take.
const headBytes = 8 + 8 + 8 + 4 + 4 + 4

var errShort = errors.New("lookup: the value in the store is too short")

func (s *shelf) pack(k *Key, parts []storedPart) []byte {
	size := 0
	for i := range parts {
		size += headBytes + len(parts[i].day) + len(parts[i].text)
	}
	plain := make([]byte, 0, size)
	for i := range parts {
		p := &parts[i]
		plain = binary.BigEndian.AppendUint64(plain, p.from.Epoch)
		plain = binary.BigEndian.AppendUint64(plain, p.from.Seq)
		plain = binary.BigEndian.AppendUint64(plain, uint64(p.at.UnixNano()))
		plain = binary.BigEndian.AppendUint32(plain, uint32(p.days))
		plain = binary.BigEndian.AppendUint32(plain, uint32(len(p.day)))
		plain = binary.BigEndian.AppendUint32(plain, uint32(len(p.text)))
		plain = append(append(plain, p.day...), p.text...)
	}
	return s.seals.seal(k, plain)
}

// unpack returns what pack was given: parts that are not about the same days.
func (s *shelf) unpack(k *Key, value []byte) ([]storedPart, error) {
	plain, err := s.seals.open(k, value)
	if err != nil {
		return nil, err
	}
	var parts []storedPart
	for len(plain) > 0 {
		if len(plain) < headBytes {
			return nil, errShort
		}
		p := storedPart{
			from: store.Position{Epoch: binary.BigEndian.Uint64(plain), Seq: binary.BigEndian.Uint64(plain[8:])},
			at:   time.Unix(0, int64(binary.BigEndian.Uint64(plain[16:]))),
			days: Days(binary.BigEndian.Uint32(plain[24:])),
		}
		days, text := uint64(binary.BigEndian.Uint32(plain[28:])), uint64(binary.BigEndian.Uint32(plain[32:]))
		plain = plain[headBytes:]
		if uint64(len(plain)) < days+text {
			return nil, errShort
		}
		if days > 0 {
			p.day = plain[:days:days]
		}
		p.text = plain[days : days+text : days+text]
		plain = plain[days+text:]
		parts = append(parts, p)
	}
	return parts, nil
}
