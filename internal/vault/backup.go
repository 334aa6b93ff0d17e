package vault

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/seal"
	"github.com/hitotsu/hitotsu/internal/store"
)

// A backup is backupMagic, the salt and the number of iterations of PBKDF2
// (SHA-256), and the records sealed by AES-256-GCM under the key that makes of
// the passphrase. All before the sealed part is authenticated with it.
const (
	backupMagic   = "hitotsu-backup 1\n"
	backupStem    = "hitotsu-backup "
	saltBytes     = 16
	iterations    = 600_000
	maxIterations = 10_000_000
	maxBackup     = 64 << 20

	// MinPassphrase is the least length of a backup's passphrase in bytes.
	MinPassphrase = 12
)

// Report says what Import did, by credential.
type Report struct {
	// Restored were taken over from the backup.
	Restored []ID
	// Kept were left, because what is stored is the same or newer.
	Kept []ID
}

// Export writes all stored credentials to w, encrypted under a passphrase of at
// least MinPassphrase bytes. The backup does not need the encryption key.
func (v *Vault) Export(ctx context.Context, w io.Writer, passphrase []byte) error {
	if err := v.backupReady(passphrase); err != nil {
		return err
	}
	stored, err := v.records(ctx)
	if err != nil {
		return err
	}
	stored = slices.DeleteFunc(stored, func(r *record) bool { return r.Removed })
	plain, err := json.Marshal(stored)
	if err != nil {
		return storeFault(ID{}, errDamaged)
	}
	header := []byte(backupMagic)
	header = append(header, salt()...)
	header = binary.BigEndian.AppendUint32(header, iterations)
	aead, err := backupKey(passphrase, header)
	if err != nil {
		return err
	}
	sealed := aead.Seal(bytes.Clone(header), nil, plain, header) //nolint:gosec // this AEAD makes the nonce itself
	if _, err := w.Write(sealed); err != nil {
		return fault.New(fault.Misconfigured, "the backup could not be written").Because(err)
	}
	return nil
}

// Import stores the credentials of a backup. One whose stored state is the same
// or newer is kept, unless overwrite is set. Nothing is changed by a backup that
// is cut off, changed, of another version or under another passphrase:
// BAD_USER_INPUT.
func (v *Vault) Import(ctx context.Context, r io.Reader, passphrase []byte, overwrite bool) (Report, error) {
	var report Report
	if err := v.backupReady(passphrase); err != nil {
		return report, err
	}
	records, err := readBackup(r, passphrase)
	if err != nil {
		return report, err
	}
	for _, r := range records {
		restored, err := v.restore(ctx, r, overwrite)
		switch {
		case err != nil:
			return report, err
		case restored:
			report.Restored = append(report.Restored, r.ID)
		default:
			report.Kept = append(report.Kept, r.ID)
		}
	}
	return report, nil
}

func (v *Vault) backupReady(passphrase []byte) error {
	if v.docs == nil {
		return fault.New(fault.Misconfigured, "no credential is stored; set HITOTSU_DATA_DIR or HITOTSU_REDIS_URL")
	}
	if len(passphrase) < MinPassphrase {
		return fault.New(fault.BadUserInput, "the passphrase of a backup has at least %d bytes", MinPassphrase)
	}
	return nil
}

func errBackup(cause error) *fault.Error {
	return fault.New(fault.BadUserInput, "the backup cannot be opened: the passphrase is another one, or the file is cut "+
		"off or damaged; nothing was changed").Because(cause)
}

func readBackup(r io.Reader, passphrase []byte) ([]*record, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBackup+1))
	if err != nil || len(data) > maxBackup {
		return nil, errBackup(err)
	}
	ours := bytes.HasPrefix(data, []byte(backupMagic))
	headerBytes := len(backupMagic) + saltBytes + 4
	switch {
	case bytes.HasPrefix(data, []byte(backupStem)) && !ours && !strings.HasPrefix(backupMagic, string(data)):
		return nil, fault.New(fault.BadUserInput, "the backup was written by another version of hitotsu; import it with "+
			"that one; nothing was changed")
	case !ours || len(data) < headerBytes:
		return nil, fault.New(fault.BadUserInput, "the file is not a backup of hitotsu's credentials, or is cut off; "+
			"nothing was changed")
	}
	aead, err := backupKey(passphrase, data[:headerBytes])
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nil, data[headerBytes:], data[:headerBytes])
	if err != nil {
		return nil, errBackup(err)
	}
	var records []*record
	if json.Unmarshal(plain, &records) != nil || slices.Contains(records, nil) {
		return nil, errBackup(err)
	}
	return records, nil
}

// backupKey makes the key of a passphrase as the header says.
func backupKey(passphrase, header []byte) (cipher.AEAD, error) {
	rest := header[len(backupMagic):]
	rounds := binary.BigEndian.Uint32(rest[saltBytes:])
	if rounds == 0 || rounds > maxIterations {
		return nil, errBackup(errDamaged)
	}
	key, err := pbkdf2.Key(sha256.New, string(passphrase), rest[:saltBytes], int(rounds), keyBytes)
	if err != nil {
		return nil, errBackup(err)
	}
	return seal.AEAD(key)
}

func salt() []byte {
	s := make([]byte, saltBytes)
	_, _ = rand.Read(s) // never fails
	return s
}

// restore stores a record of a backup, unless what is stored is the same or
// newer.
func (v *Vault) restore(ctx context.Context, r *record, overwrite bool) (bool, error) {
	s, known := v.Lookup(r.ID)
	for {
		have, err := v.get(ctx, r.ID)
		if errors.Is(err, store.ErrNotFound) {
			have, err = &record{ID: r.ID}, nil
		}
		if err != nil {
			return false, err
		}
		next := *r
		next.version = have.version
		have = v.newest(have, s)
		switch {
		case r.supersedes(have):
		case overwrite && have.Generation > 0:
			next.Generation = have.Generation + 1
			next.LinkedAt = later(v.opts.Now(), have.LinkedAt.Add(1))
			next.Seeds = have.Seeds
			for _, seed := range r.Seeds {
				next.Seeds = withSeed(next.Seeds, seed)
			}
		default:
			return false, nil
		}
		if next.Flight != nil {
			next.Flight = &mark{Since: next.Flight.Since} // whoever was at work is not any more
		}
		if err = v.put(ctx, &next); errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return false, err
		}
		if known {
			s.replaced(&next)
		}
		v.announce(ctx, r.ID)
		return true, nil
	}
}
