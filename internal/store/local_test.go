package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

func setOne(t *testing.T, c store.Cache, key, value string, ttl time.Duration) {
	t.Helper()
	if err := c.SetMany(t.Context(), []store.Entry{{Key: key, Value: []byte(value), TTL: ttl}}); err != nil {
		t.Fatal(err)
	}
}

func getOne(t *testing.T, c store.Cache, key string) []byte {
	t.Helper()
	values, err := c.GetMany(t.Context(), []string{key})
	if err != nil {
		t.Fatal(err)
	}
	return values[0]
}

func TestLocal_stays(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "data")
	first := openLocal(t, dir)
	setOne(t, first, "k", "v", time.Hour)
	at, err := first.Touch(t.Context(), []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	fence, err := first.Lock(t.Context(), "l", "a", time.Hour)
	if err := errors.Join(err, first.Close()); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, store.LocalFile): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("mode of %s = %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
	again := openLocal(t, dir)
	if got := getOne(t, again, "k"); string(got) != "v" {
		t.Errorf("the value became %q", got)
	}
	touched, now, lost, err := again.Since(t.Context(), store.Position{Epoch: at.Epoch, Seq: at.Seq - 1})
	if err != nil || lost || now != at || len(touched) != 1 {
		t.Errorf("touched %v, now %v, lost %v, %v; want %v", touched, now, lost, err, at)
	}
	if next, err := again.Touch(t.Context(), []string{"b"}); err != nil || next.Epoch != at.Epoch || next.Seq <= at.Seq {
		t.Errorf("position %v after %v, %v", next, at, err)
	}
	// Whoever held it is gone.
	if next, err := again.Lock(t.Context(), "l", "b", time.Hour); err != nil || next <= fence {
		t.Errorf("fence %d after %d, %v", next, fence, err)
	}
}

func TestLocal_beginsAnew(t *testing.T) {
	t.Parallel()
	change := func(do func(tx *bolt.Tx) error) func(path string) error {
		return func(path string) error {
			db, err := bolt.Open(path, 0o600, nil)
			if err != nil {
				return err
			}
			return errors.Join(db.Update(do), db.Close())
		}
	}
	for name, spoil := range map[string]func(path string) error{
		"garbage":   func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte("garbage "), 9999), 0o600) },
		"empty":     func(path string) error { return os.Truncate(path, 0) },
		"truncated": func(path string) error { return os.Truncate(path, 20_000) },
		"missing":   os.Remove,
		"another format": change(func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("meta")).Put([]byte("mark"), []byte("0 x"))
		}),
		"another program's": change(func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte("meta")) }),
		"no topics": change(func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("meta")).Put([]byte("topics"), []byte("x"))
		}),
		"torn pages": func(path string) error {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for page := 2 * os.Getpagesize(); page < len(content); page += os.Getpagesize() {
				copy(content[page+8:], strings.Repeat("\xff", 8))
			}
			return os.WriteFile(path, content, 0o600) //nolint:gosec // a test's own file
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			first := openLocal(t, dir)
			for i := range 100 {
				setOne(t, first, fmt.Sprint("k", i), strings.Repeat("v", 1000), time.Hour)
			}
			at, err := first.Touch(t.Context(), []string{"a"})
			if err := errors.Join(err, first.Close()); err != nil {
				t.Fatal(err)
			}
			if err := spoil(filepath.Join(dir, store.LocalFile)); err != nil {
				t.Fatal(err)
			}
			again := openLocal(t, dir)
			if got := getOne(t, again, "k1"); got != nil {
				t.Errorf("a value of before: %d bytes", len(got))
			}
			if _, now, lost, err := again.Since(t.Context(), at); err != nil || !lost || now.Epoch == at.Epoch {
				t.Errorf("now %v, lost %v, %v", now, lost, err)
			}
			setOne(t, again, "k1", "new", time.Hour)
			if got := getOne(t, again, "k1"); string(got) != "new" {
				t.Errorf("a new value: %q", got)
			}
		})
	}
}

func TestLocal_refusesToOpen(t *testing.T) {
	t.Parallel()
	used := t.TempDir()
	openLocal(t, used)
	notADirectory := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(notADirectory, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, says := range map[string]string{used: "in use by another process", notADirectory: "HITOTSU_DATA_DIR"} {
		l, err := store.OpenLocal(dir, store.LocalOptions{LockTimeout: 20 * time.Millisecond})
		if err == nil {
			_ = l.Close()
		}
		if fault.CodeOf(err) != fault.Misconfigured || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
	if _, err := os.Stat(filepath.Join(used, store.LocalFile)); err != nil {
		t.Errorf("another process's file: %v", err)
	}
}

// clocked is a cache under a clock that the test moves.
func clocked(t *testing.T, opts store.LocalOptions) (cache *store.Local, pass func(time.Duration), dir string) {
	t.Helper()
	var now atomic.Int64
	now.Store(time.Now().UnixNano())
	opts.Now = func() time.Time { return time.Unix(0, now.Load()) }
	dir = t.TempDir()
	l, err := store.OpenLocal(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // closing twice is fine
	return l, func(d time.Duration) { now.Add(int64(d)) }, dir
}

// values counts what is in the file, ended or not.
func values(t *testing.T, l *store.Local, dir string) (n int) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(filepath.Join(dir, store.LocalFile), 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	err = db.View(func(tx *bolt.Tx) error {
		n = tx.Bucket([]byte("values")).Stats().KeyN
		if ends := tx.Bucket([]byte("ends")).Stats().KeyN; ends != n {
			t.Errorf("%d ends of %d values", ends, n)
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestLocal_sweeps(t *testing.T) {
	t.Parallel()
	for name, sweep := range map[string]func(t *testing.T, l *store.Local){
		"when asked": func(t *testing.T, l *store.Local) {
			t.Helper()
			if err := l.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		},
		"with writes": func(t *testing.T, l *store.Local) {
			t.Helper()
			for range 200 {
				setOne(t, l, "new", "v", time.Hour)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, pass, dir := clocked(t, store.LocalOptions{})
			var entries []store.Entry
			for i := range 3000 {
				entries = append(entries, store.Entry{Key: fmt.Sprint("short", i), Value: []byte("v"), TTL: time.Minute})
			}
			if err := l.SetMany(t.Context(), entries); err != nil {
				t.Fatal(err)
			}
			setOne(t, l, "new", "v", time.Hour)
			pass(time.Minute)
			if got := getOne(t, l, "short1"); got != nil {
				t.Error("a value outlives its time")
			}
			sweep(t, l)
			if n := values(t, l, dir); n != 1 {
				t.Errorf("%d values are left", n)
			}
		})
	}
}

func TestLocal_sweepsByItself(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := store.OpenLocal(dir, store.LocalOptions{SweepEvery: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // closing twice is fine
	setOne(t, l, "secret", "c4n4ry", 20*time.Millisecond)
	// A second look at the file, as one who has stolen it would have.
	storetest.Eventually(t, func() error {
		content, err := os.ReadFile(filepath.Join(dir, store.LocalFile))
		if err != nil {
			t.Fatal(err)
		}
		db, err := bolt.Open(copyOf(t, content), 0o600, &bolt.Options{ReadOnly: true})
		if err != nil {
			return err // it was copied in the middle of a write
		}
		n := -1
		err = db.View(func(tx *bolt.Tx) error { n = tx.Bucket([]byte("values")).Stats().KeyN; return nil })
		if err == nil && n != 0 {
			err = errors.New("an ended value is not swept")
		}
		return errors.Join(err, db.Close())
	})
}

func copyOf(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy")
	if err := os.WriteFile(path, content, 0o600); err != nil { //nolint:gosec // a test's own file
		t.Fatal(err)
	}
	return path
}

func TestLocal_isBounded(t *testing.T) {
	t.Parallel()
	const most = 1 << 20
	l, _, dir := clocked(t, store.LocalOptions{MostBytes: most})
	value := strings.Repeat("v", 1000)
	for i := range 5000 {
		setOne(t, l, fmt.Sprint("k", i), value, time.Hour+time.Duration(i)*time.Second)
	}
	if getOne(t, l, "k4999") == nil || getOne(t, l, "k0") != nil {
		t.Error("not those went that would have ended first")
	}
	setOne(t, l, "k4999", "small", 2*time.Hour)
	info, err := os.Stat(filepath.Join(dir, store.LocalFile))
	if err != nil || info.Size() > 4*most {
		t.Errorf("the file has %d bytes, %v", info.Size(), err)
	}
	if n := values(t, l, dir); n < 900 || n > 1050 {
		t.Errorf("%d values are kept", n)
	}
}

func TestLocal_forgetsTopics(t *testing.T) {
	t.Parallel()
	l, pass, _ := clocked(t, store.LocalOptions{})
	old, err := l.Touch(t.Context(), []string{"old"})
	if err != nil {
		t.Fatal(err)
	}
	pass(store.TopicsMemory + time.Second)
	young, err := l.Touch(t.Context(), []string{"young"})
	if err != nil {
		t.Fatal(err)
	}
	before := store.Position{Epoch: old.Epoch, Seq: old.Seq - 1}
	for _, c := range []struct {
		after   store.Position
		touched int
		lost    bool
	}{{before, 1, true}, {old, 1, false}, {young, 0, false}, {store.Position{}, 1, false}} {
		touched, now, lost, err := l.Since(t.Context(), c.after)
		if err != nil || now != young || lost != c.lost || len(touched) != c.touched {
			t.Errorf("since %v: %v, now %v, lost %v, %v", c.after, touched, now, lost, err)
		}
	}
}

// TestLocal_survivesKill lets a process set values and touch topics until it is
// killed. What it said it had done is there.
func TestLocal_survivesKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for round := range 10 {
		said := killAfter(t, "local:"+dir, 1+round*17)
		l, err := store.OpenLocal(dir, store.LocalOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got := string(getOne(t, l, "n")); got != payload(said) && got != payload(said+1) {
			t.Errorf("stored %.10q, but %d was acknowledged last", got, said)
		}
		touched, _, lost, err := l.Since(t.Context(), store.Position{})
		if err != nil || lost || len(touched) != 1 {
			t.Errorf("touched %v, lost %v, %v", touched, lost, err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
