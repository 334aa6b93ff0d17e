package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/store"
)

// Conformance runs the suite that every store.Documents must pass; open returns
// an empty store.
func Conformance(t *testing.T, open func(t *testing.T) store.Documents) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, store.Documents){
		"versions": versions, "values": values, "list": list, "bad keys": badKeys,
		"cancelled": cancelled, "one winner": oneWinner, "counter": counter,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func versions(t *testing.T, s store.Documents) {
	ctx, key := t.Context(), "a/b"
	if _, err := s.Get(ctx, key); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("Get of nothing: %v", err)
	}
	if _, err := s.Put(ctx, key, []byte("x"), 7); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("Put over nothing with a version: %v", err)
	}
	first := put(t, s, key, "one", 0)
	if _, err := s.Put(ctx, key, []byte("x"), 0); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("Put over something without a version: %v", err)
	}
	second := put(t, s, key, "two", first)
	if second <= first || first == 0 {
		t.Fatalf("versions %d, %d do not grow", first, second)
	}
	if _, err := s.Put(ctx, key, []byte("x"), first); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("Put with an old version: %v", err)
	}
	if err := s.Delete(ctx, key, first); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("Delete with an old version: %v", err)
	}
	got, err := s.Get(ctx, key)
	if diff := cmp.Diff(store.Document{Value: []byte("two"), Version: second}, got); diff != "" || err != nil {
		t.Fatalf("Get: %v %s", err, diff)
	}
	for range 2 { // the second finds nothing
		if err := s.Delete(ctx, key, second); err != nil {
			t.Fatal(err)
		}
	}
	if third := put(t, s, key, "three", 0); third <= second {
		t.Fatalf("version %d came back after a delete (%d before)", third, second)
	}
}

func values(t *testing.T, s store.Documents) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for i, value := range [][]byte{{}, all, bytes.Repeat([]byte{0}, store.MaxValueBytes)} {
		key := fmt.Sprintf("v%d", i)
		put(t, s, key, string(value), 0)
		got, err := s.Get(t.Context(), key)
		if err != nil || !bytes.Equal(got.Value, value) {
			t.Errorf("value %d comes back as %d bytes, %v", i, len(got.Value), err)
		}
	}
	if _, err := s.Put(t.Context(), "big", make([]byte, store.MaxValueBytes+1), 0); err == nil {
		t.Error("a value over the limit is taken")
	}
}

func list(t *testing.T, s store.Documents) {
	keys := []string{"a", "a*b/1", "a*b/2", "axb/3", "b", "[x]/1", `q\/1`, "z?/1"}
	for _, key := range keys {
		put(t, s, key, "v", 0)
	}
	for i := range 1500 { // more than one page of a scan
		put(t, s, fmt.Sprintf("many/%04d", i), "", 0)
	}
	for prefix, want := range map[string][]string{
		"a*b/": {"a*b/1", "a*b/2"}, "[x]": {"[x]/1"}, `q\`: {`q\/1`}, "z?": {"z?/1"}, "none": nil, "b": {"b"},
	} {
		got, err := s.List(t.Context(), prefix)
		if err != nil || !cmp.Equal(want, got) {
			t.Errorf("List(%q) = %q, %v; want %q", prefix, got, err, want)
		}
	}
	for prefix, want := range map[string]int{"many/": 1500, "": 1500 + len(keys)} {
		if got, err := s.List(t.Context(), prefix); err != nil || len(got) != want {
			t.Errorf("List(%q) has %d keys, %v; want %d", prefix, len(got), err, want)
		}
	}
}

func badKeys(t *testing.T, s store.Documents) {
	for _, key := range []string{"", "a\n", "人", strings.Repeat("k", store.MaxKeyBytes+1)} {
		_, getErr := s.Get(t.Context(), key)
		_, putErr := s.Put(t.Context(), key, nil, 0)
		deleteErr := s.Delete(t.Context(), key, 1)
		if getErr == nil || errors.Is(getErr, store.ErrNotFound) || putErr == nil || deleteErr == nil {
			t.Errorf("key %q is taken: %v, %v, %v", key, getErr, putErr, deleteErr)
		}
	}
}

func cancelled(t *testing.T, s store.Documents) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, getErr := s.Get(ctx, "k")
	_, putErr := s.Put(ctx, "k", nil, 0)
	_, listErr := s.List(ctx, "k")
	for _, err := range []error{getErr, putErr, listErr, s.Delete(ctx, "k", 1)} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled call: %v", err)
		}
	}
	if _, err := s.Get(t.Context(), "k"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a cancelled write was done: %v", err)
	}
}

// oneWinner lets many write over the same version.
func oneWinner(t *testing.T, s store.Documents) {
	var won atomic.Int32
	var group sync.WaitGroup
	for i := range 32 {
		group.Go(func() {
			_, err := s.Put(t.Context(), "k", []byte{byte(i)}, 0)
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, store.ErrConflict) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 {
		t.Errorf("%d writers won", won.Load())
	}
}

// counter lets many increment by compare-and-set; no increment may be lost.
func counter(t *testing.T, s store.Documents) {
	const writers, each = 8, 10
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for done := 0; done < each; {
				doc, err := s.Get(t.Context(), "n")
				if err != nil && !errors.Is(err, store.ErrNotFound) {
					t.Error(err)
					return
				}
				_, err = s.Put(t.Context(), "n", append(doc.Value, 'x'), doc.Version)
				if err == nil {
					done++
				} else if !errors.Is(err, store.ErrConflict) {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	doc, err := s.Get(t.Context(), "n")
	if err != nil || len(doc.Value) != writers*each {
		t.Errorf("%d increments, %v; want %d", len(doc.Value), err, writers*each)
	}
}

func put(t *testing.T, s store.Documents, key, value string, expected uint64) uint64 {
	t.Helper()
	version, err := s.Put(t.Context(), key, []byte(value), expected)
	if err != nil {
		t.Fatalf("Put(%s): %v", key, err)
	}
	return version
}
