package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/store"
)

// CacheConformance runs the suite that every store.Cache must pass; open returns
// an empty one.
func CacheConformance(t *testing.T, open func(t *testing.T) store.Cache) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, store.Cache){
		"values": cacheValues, "many": cacheMany, "ends": cacheEnds, "drops": cacheDrops, "refuses": cacheRefuses,
		"cancelled": cacheCancelled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func cacheValues(t *testing.T, c store.Cache) {
	ctx := t.Context()
	large := bytes.Repeat([]byte{0, 1, 255, '\r', '\n'}, store.MaxValueBytes/5)
	entries := []store.Entry{
		{Key: "empty", Value: []byte{}, TTL: time.Hour},
		{Key: "a{b}c", Value: []byte("v"), TTL: time.Hour},
		{Key: "large", Value: large, TTL: time.Hour},
		{Key: "a{b}c", Value: []byte("again"), TTL: time.Hour},
	}
	if err := c.SetMany(ctx, entries); err != nil {
		t.Fatal(err)
	}
	got, err := c.GetMany(ctx, []string{"large", "none", "empty", "a{b}c", "empty"})
	want := [][]byte{large, nil, {}, []byte("again"), {}}
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d values, %v", len(got), err)
	}
	for i := range want {
		if !bytes.Equal(got[i], want[i]) || (got[i] == nil) != (want[i] == nil) {
			t.Errorf("value %d: %d bytes (nil %v), want %d (nil %v)", i, len(got[i]), got[i] == nil, len(want[i]), want[i] == nil)
		}
	}
	one, err := c.GetMany(ctx, []string{"empty"})
	if err != nil || len(one) != 1 || one[0] == nil {
		t.Errorf("one empty value: %v, %v", one, err)
	}
	if none, err := c.GetMany(ctx, nil); err != nil || len(none) != 0 {
		t.Errorf("no keys: %v, %v", none, err)
	}
	if err := c.SetMany(ctx, nil); err != nil {
		t.Errorf("no entries: %v", err)
	}
}

func cacheMany(t *testing.T, c store.Cache) {
	const n = 1500 // more than a batch
	var (
		entries []store.Entry
		keys    []string
		want    [][]byte
	)
	for i := range n {
		key := fmt.Sprintf("k/%d", i)
		keys, want = append(keys, key, "none/"+key), append(want, []byte(key), nil)
		entries = append(entries, store.Entry{Key: key, Value: []byte(key), TTL: time.Hour})
	}
	if err := c.SetMany(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	got, err := c.GetMany(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func cacheEnds(t *testing.T, c store.Cache) {
	ctx := t.Context()
	if err := c.SetMany(ctx, []store.Entry{
		{Key: "short", Value: []byte("v"), TTL: 30 * time.Millisecond},
		{Key: "shorter", Value: []byte("v"), TTL: time.Nanosecond},
		{Key: "long", Value: []byte("v"), TTL: time.Hour},
	}); err != nil {
		t.Fatal(err)
	}
	Eventually(t, func() error {
		got, err := c.GetMany(ctx, []string{"short", "shorter", "long"})
		if err != nil || got[2] == nil {
			t.Fatalf("the other: %q, %v", got, err)
		}
		if got[0] != nil || got[1] != nil {
			return errors.New("values outlive their TTL")
		}
		return nil
	})
	if err := c.SetMany(ctx, []store.Entry{{Key: "short", Value: []byte("new"), TTL: time.Hour}}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.GetMany(ctx, []string{"short"}); err != nil || string(got[0]) != "new" {
		t.Errorf("set again after its end: %q, %v", got, err)
	}
}

func cacheDrops(t *testing.T, c store.Cache) {
	ctx := t.Context()
	keys := []string{"a*/1", "ab/1", "a*", "b", "[a", `\`}
	for i := range 2500 { // more than one page of a scan
		keys = append(keys, fmt.Sprintf("many/%d", i))
	}
	var entries []store.Entry
	for _, key := range keys {
		entries = append(entries, store.Entry{Key: key, Value: []byte("v"), TTL: time.Hour})
	}
	left := func() (left []string) {
		got, err := c.GetMany(ctx, keys)
		if err != nil {
			t.Fatal(err)
		}
		for i, value := range got {
			if value != nil {
				left = append(left, keys[i])
			}
		}
		return left
	}
	for _, step := range []struct {
		prefix string
		left   []string
	}{
		{"a*", append([]string{"ab/1", "b", "[a", `\`}, keys[6:]...)},
		{"many/", []string{"a*/1", "ab/1", "a*", "b", "[a", `\`}},
		{"none", keys},
		{"", nil},
	} {
		if err := c.SetMany(ctx, entries); err != nil {
			t.Fatal(err)
		}
		if err := c.DropPrefix(ctx, step.prefix); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.left, left()); diff != "" {
			t.Errorf("DropPrefix(%q): %s", step.prefix, diff)
		}
	}
}

func cacheRefuses(t *testing.T, c store.Cache) {
	ctx := t.Context()
	for _, key := range []string{"", "a\n", "人", strings.Repeat("k", store.MaxKeyBytes+1)} {
		_, err := c.GetMany(ctx, []string{"ok", key})
		if err == nil || c.SetMany(ctx, []store.Entry{{Key: key, TTL: time.Hour}}) == nil {
			t.Errorf("key %q is taken", key)
		}
	}
	if c.SetMany(ctx, []store.Entry{{Key: "k"}}) == nil {
		t.Error("a value without TTL is taken")
	}
	if c.SetMany(ctx, []store.Entry{{Key: "k", Value: make([]byte, store.MaxValueBytes+1), TTL: time.Hour}}) == nil {
		t.Error("a value over the limit is taken")
	}
	if c.DropPrefix(ctx, "人") == nil {
		t.Error("a prefix that is none is taken")
	}
}

func cacheCancelled(t *testing.T, c store.Cache) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.GetMany(ctx, []string{"k"})
	for _, err := range []error{
		err, c.SetMany(ctx, []store.Entry{{Key: "k", TTL: time.Hour}}), c.DropPrefix(ctx, "k"),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled call: %v", err)
		}
	}
}
