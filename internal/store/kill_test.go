package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// childVariable makes the test binary a process that writes until it is killed;
// its value is the directory or the URL of the store.
const childVariable = "HITOTSU_TEST_STORE_CHILD"

func TestMain(m *testing.M) {
	if address := os.Getenv(childVariable); address != "" {
		fmt.Fprintln(os.Stderr, writeForEver(context.Background(), address))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// open opens the store of an address.
func open(address string) (store.Documents, error) {
	if strings.Contains(address, "://") {
		return store.OpenRedis(address, store.RedisOptions{})
	}
	return store.OpenBolt(address, store.BoltOptions{})
}

// payload is long enough to span pages, and can be checked.
func payload(n int) string { return strings.Repeat(strconv.Itoa(n)+" ", 3000) }

// cacheForEver counts up in one value of the cache, and touches a topic.
func cacheForEver(ctx context.Context, dir string) error {
	l, err := store.OpenLocal(dir, store.LocalOptions{})
	if err != nil {
		return err
	}
	values, err := l.GetMany(ctx, []string{"n"})
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(values[0]), " ")
	n, _ := strconv.Atoi(first) // 0 if there is none
	for {
		n++
		entry := store.Entry{Key: "n", Value: []byte(payload(n)), TTL: time.Hour}
		if err := l.SetMany(ctx, []store.Entry{entry}); err != nil {
			return err
		}
		if _, err := l.Touch(ctx, []string{"n"}); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// writeForEver counts up in one document, and says each number once it is
// stored.
func writeForEver(ctx context.Context, address string) error {
	if dir, ok := strings.CutPrefix(address, "local:"); ok {
		return cacheForEver(ctx, dir)
	}
	s, err := open(address)
	if err != nil {
		return err
	}
	n, version, err := last(ctx, s)
	if err != nil {
		return err
	}
	for {
		n++
		if version, err = s.Put(ctx, "n", []byte(payload(n)), version); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// last returns the number stored, and fails if it is not whole.
func last(ctx context.Context, s store.Documents) (int, uint64, error) {
	doc, err := s.Get(ctx, "n")
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return 0, 0, err
	}
	if doc.Version == 0 {
		return 0, 0, nil
	}
	first, _, _ := strings.Cut(string(doc.Value), " ")
	n, err := strconv.Atoi(first)
	if err != nil || string(doc.Value) != payload(n) {
		return 0, 0, fmt.Errorf("the document is torn: %d bytes", len(doc.Value))
	}
	return n, doc.Version, nil
}

// killAfter lets a child write, kills it by SIGKILL in the middle once it has
// said some numbers, and returns the last one it said.
func killAfter(t *testing.T, address string, lines int) int {
	t.Helper()
	cmd := exec.Command(os.Args[0]) //nolint:gosec // this very test binary
	cmd.Env = append(os.Environ(), childVariable+"="+address)
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said, seen := 0, 0
	for scanner := bufio.NewScanner(output); scanner.Scan(); {
		if said, err = strconv.Atoi(scanner.Text()); err != nil {
			t.Fatal(err)
		}
		if seen++; seen == lines {
			_ = cmd.Process.Kill() // what it said before its end is still read
		}
	}
	_ = cmd.Wait() // it was killed
	if seen < lines {
		t.Fatalf("the child ended by itself after %d writes", seen)
	}
	return said
}

func checkKilled(t *testing.T, address string, said int) {
	t.Helper()
	s, err := open(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if closer, ok := s.(interface{ Close() error }); ok {
			_ = closer.Close() // only read from
		}
	}()
	got, _, err := last(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	// One more may be stored than was said.
	if got != said && got != said+1 {
		t.Errorf("stored %d, but %d was acknowledged last", got, said)
	}
}

func TestBolt_survivesKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for round := range 20 {
		checkKilled(t, dir, killAfter(t, dir, 1+round%7))
	}
}

func TestRedis_survivesKillOfWriter(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t)
	for round := range 10 {
		checkKilled(t, server.URL, killAfter(t, server.URL, 1+round*3))
	}
}

func TestRedis_survivesKillOfServer(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t)
	for range 3 {
		said := killAfter(t, server.URL, 20)
		server.Kill()
		server.Start(t)
		checkKilled(t, server.URL, said)
	}
}
