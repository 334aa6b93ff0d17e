package vault

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
)

// The journal's file is journalMagic and frames. A frame is frameMark, its kind,
// the length of its payload, a checksum of these, the payload and a checksum of
// that.
//
// The process may be killed in the middle of a write: then the file ends in
// something that is no frame, which is dropped. Whatever it said was not relied
// on yet. Anything else that is no frame is damage: a frame follows it, or it is
// longer than what can wait for a sync.
const (
	journalMagic = "hitotsu-journal 1\n"
	journalStem  = "hitotsu-journal "

	frameMark     = "HJ"
	frameNames    = 'n'
	frameOwner    = 'o'
	frameRecord   = 'r'
	frameHead     = len(frameMark) + 1 + 4 + 4
	frameOverhead = frameHead + 4
	maxFrame      = 256 << 10
	maxTorn       = 64 << 10
)

func checksum(data []byte) uint32 { return crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)) }

// framePlace binds a sealed payload to the journal and its kind.
func framePlace(kind byte) string { return "journal/" + string(kind) }

func newFrame(kind byte, payload []byte) []byte {
	frame := make([]byte, 0, frameOverhead+len(payload))
	frame = append(append(frame, frameMark...), kind)
	frame = binary.BigEndian.AppendUint32(frame, uint32(len(payload)))
	frame = binary.BigEndian.AppendUint32(frame, checksum(frame))
	frame = append(frame, payload...)
	return binary.BigEndian.AppendUint32(frame, checksum(payload))
}

// cutFrame returns the frame that data begins with and its whole length, 0 if
// there is none.
func cutFrame(data []byte) (kind byte, payload []byte, length int) {
	if len(data) < frameOverhead || !bytes.HasPrefix(data, []byte(frameMark)) {
		return 0, nil, 0
	}
	head := data[:frameHead-4]
	if checksum(head) != binary.BigEndian.Uint32(data[frameHead-4:]) {
		return 0, nil, 0
	}
	size := int(binary.BigEndian.Uint32(data[len(frameMark)+1:]))
	if size > maxFrame || len(data) < frameOverhead+size {
		return 0, nil, 0
	}
	payload = data[frameHead : frameHead+size]
	if checksum(payload) != binary.BigEndian.Uint32(data[frameHead+size:]) {
		return 0, nil, 0
	}
	return data[len(frameMark)], payload, frameOverhead + size
}

// eachFrame calls use for every frame and reports whether the file ends in the
// middle of a write.
func eachFrame(data []byte, use func(kind byte, payload []byte) error) (torn bool, err error) {
	rest, ok := bytes.CutPrefix(data, []byte(journalMagic))
	switch {
	case !ok && bytes.HasPrefix([]byte(journalMagic), data):
		return true, nil // killed when it was begun
	case !ok && bytes.HasPrefix(data, []byte(journalStem)):
		return false, errVersion
	case !ok:
		return false, errDamaged
	}
	for len(rest) > 0 {
		kind, payload, length := cutFrame(rest)
		if length == 0 {
			if len(rest) > maxTorn || holdsFrame(rest[1:]) {
				return false, errDamaged
			}
			return true, nil
		}
		if err := use(kind, payload); err != nil {
			return false, err
		}
		rest = rest[length:]
	}
	return false, nil
}

// holdsFrame reports whether there is a frame anywhere in data.
func holdsFrame(data []byte) bool {
	for {
		at := bytes.Index(data, []byte(frameMark))
		if at < 0 {
			return false
		}
		if _, _, length := cutFrame(data[at:]); length > 0 {
			return true
		}
		data = data[at+1:]
	}
}

// replaceFile puts a file of data in the place of path, durably: whenever the
// process or the machine stops, there is the old file or the new one. It returns
// the new one, open for appending.
func replaceFile(path string, data []byte) (*os.File, error) {
	temporary := path + ".new"
	//nolint:gosec // the operator's own data directory
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// syncDir makes a file's name durable.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator's own data directory
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
