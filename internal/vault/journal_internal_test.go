package vault

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// TestJournal_fullDisk: nothing is asked of the system while its answer could
// not be kept, and the journal is whole again once the disk is.
func TestJournal_fullDisk(t *testing.T) {
	t.Parallel()
	ctx, dir, asked := t.Context(), t.TempDir(), 0
	v, err := Open(&storetest.Memory{Shared: true}, bytes.Repeat([]byte{1}, keyBytes), Options{JournalDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	s, err := v.Source(ctx, Spec{
		ID: ID{System: "AKASHI", Link: "default", Kind: "company"}, Seed: Seed{Access: config.NewSecret("seed")},
		Exchange: func(context.Context, Credential) (Credential, error) {
			asked++
			return Credential{Access: config.NewSecret("new")}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	// Neither the file nor a new one in its place can be written.
	obstacle := filepath.Join(dir, JournalFile+".new")
	if err := os.Mkdir(obstacle, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := v.journal.file.Close(); err != nil {
		t.Fatal(err)
	}
	err = s.Rotate(ctx)
	if fault.CodeOf(err) != fault.UpstreamUnavailable || !strings.Contains(err.Error(), "HITOTSU_DATA_DIR") || asked != 0 {
		t.Fatalf("asked %d times, %v", asked, err)
	}
	if all, err := v.List(ctx); err != nil || all[0].InFlight {
		t.Errorf("a mark was left: %+v, %v", all, err)
	}

	if err := os.Remove(obstacle); err != nil {
		t.Fatal(err)
	}
	if err := s.Rotate(ctx); err != nil || asked != 1 {
		t.Fatalf("asked %d times, %v", asked, err)
	}
	if err := v.Close(ctx); err != nil {
		t.Fatal(err)
	}
	// The journal alone knows it.
	v, err = Open(&storetest.Memory{Shared: true}, bytes.Repeat([]byte{1}, keyBytes), Options{JournalDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = v.Source(ctx, s.spec); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Token(ctx); got != "new" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if err := v.Close(ctx); err != nil {
		t.Fatal(err)
	}
}
