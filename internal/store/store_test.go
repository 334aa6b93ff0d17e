package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

func openBolt(t *testing.T, dir string) *store.Bolt {
	t.Helper()
	s, err := store.OpenBolt(dir, store.BoltOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // closing twice is fine
	return s
}

func openRedis(t *testing.T, url string) *store.Redis {
	t.Helper()
	s, err := store.OpenRedis(url, store.RedisOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // the server is gone after it
	return s
}

func TestBolt_conforms(t *testing.T) {
	t.Parallel()
	storetest.Conformance(t, func(t *testing.T) store.Documents { return openBolt(t, t.TempDir()) })
}

func TestMemory_conforms(t *testing.T) {
	t.Parallel()
	storetest.Conformance(t, func(*testing.T) store.Documents { return &storetest.Memory{} })
}

func TestBolt_isPrivateAndStays(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "data")
	s := openBolt(t, dir)
	version, err := s.Put(t.Context(), "k", []byte("v"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, store.BoltFile): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("mode of %s = %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
	again := openBolt(t, dir)
	if doc, err := again.Get(t.Context(), "k"); err != nil || string(doc.Value) != "v" || doc.Version != version {
		t.Errorf("after opening again: %v, %v", doc, err)
	}
}

func TestBolt_refusesToOpen(t *testing.T) {
	t.Parallel()
	write := func(content string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			if err := os.WriteFile(filepath.Join(dir, store.BoltFile), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	cases := map[string]struct {
		prepare func(t *testing.T, dir string)
		says    string
	}{
		"in use":  {func(t *testing.T, dir string) { t.Helper(); openBolt(t, dir) }, "in use by another process"},
		"garbage": {write(strings.Repeat("garbage ", 4096)), "damaged"},
		"truncated": {func(t *testing.T, dir string) {
			t.Helper()
			s := openBolt(t, dir)
			if _, err := s.Put(t.Context(), "k", make([]byte, 200_000), 0); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(filepath.Join(dir, store.BoltFile), 20_000); err != nil {
				t.Fatal(err)
			}
		}, "damaged"},
		"another format": {func(t *testing.T, dir string) {
			t.Helper()
			db, err := bolt.Open(filepath.Join(dir, store.BoltFile), 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			err = db.Update(func(tx *bolt.Tx) error {
				meta, err := tx.CreateBucket([]byte("meta"))
				if err != nil {
					return err
				}
				return meta.Put([]byte("format"), []byte("2"))
			})
			if err := errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
		}, "another version"},
		"a file for a directory": {func(t *testing.T, dir string) {
			t.Helper()
			if err := os.Mkdir(filepath.Join(dir, store.BoltFile), 0o700); err != nil {
				t.Fatal(err)
			}
		}, "HITOTSU_DATA_DIR"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c.prepare(t, dir)
			before, _ := os.ReadFile(filepath.Join(dir, store.BoltFile)) // not a file in one case
			s, err := store.OpenBolt(dir, store.BoltOptions{LockTimeout: 20 * time.Millisecond})
			if err == nil {
				_ = s.Close()
				t.Fatal("it opened")
			}
			if fault.CodeOf(err) != fault.Misconfigured || !strings.Contains(err.Error(), c.says) ||
				strings.Contains(err.Error(), dir) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
			if after, _ := os.ReadFile(filepath.Join(dir, store.BoltFile)); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestRedis_refusesURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"http://c4n4ry", "redis://:c4n4ry@h/notanumber", "redis://%zz:c4n4ry@h"} {
		s, err := store.OpenRedis(url, store.RedisOptions{})
		if err == nil {
			_ = s.Close()
			t.Errorf("%s opened", url)
			continue
		}
		if fault.CodeOf(err) != fault.Misconfigured || strings.Contains(err.Error(), "c4n4ry") {
			t.Errorf("error %v", err)
		}
	}
}

func TestRedis_absent(t *testing.T) {
	t.Parallel()
	s := openRedis(t, "unix://"+filepath.Join(t.TempDir(), "none"))
	if err := s.Ping(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Ping: %v", err)
	}
	if _, err := s.Put(t.Context(), "k", nil, 0); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Put: %v", err)
	}
}

func TestRedis_garbage(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t)
	s, client := openRedis(t, server.URL), server.Client(t)
	ctx := t.Context()
	if err := errors.Join(
		client.Set(ctx, "hitotsu:v1:string", "x", 0).Err(),
		client.HSet(ctx, "hitotsu:v1:version", "v", "no", "d", "x").Err(),
		client.HSet(ctx, "hitotsu:v1:half", "v", "3").Err(),
		client.HSet(ctx, "hitotsu:v2:other", "v", "3", "d", "x").Err(),
	); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"string", "version", "half"} {
		if _, err := s.Get(ctx, key); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("Get(%s): %v", key, err)
		}
		if _, err := s.Put(ctx, key, nil, 0); err == nil {
			t.Errorf("Put(%s) went over what it does not know", key)
		}
	}
	if _, err := s.Get(ctx, "other"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another layout's key is read: %v", err)
	}
}
