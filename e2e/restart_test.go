package e2e_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// everySystem asks each system for something that no cache holds yet.
func (g *gateway) everySystem(t *testing.T, day string) answer {
	t.Helper()
	return g.ask(t, hrKey, `query($day: Date!) { employees(first: 2, filter: { systems: [AKASHI] }) { totalCount nodes { code
		stamps(from: $day, to: $day) { sources { system status code } } overtimes(from: "2026-01", to: "2026-02") { totalCount } }
		sources { system status code } } carely { currentCustomer { uuid } } systems { system needs } }`,
		map[string]any{"day": day})
}

// renewed asks AKASHI for another day again and again until it has given a new
// token, and then once more, with that token.
func (s *systems) renewed(t *testing.T, g *gateway) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	day := time.Now()
	next := func() {
		day = day.AddDate(0, 0, -1)
		if a := g.everySystem(t, day.Format(time.DateOnly)); len(a.Errors) > 0 {
			t.Fatalf("errors %+v", a.Errors)
		}
	}
	for waiting := true; waiting; {
		next()
		select {
		case <-s.credentials.reissued:
			waiting = false
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("AKASHI was never asked for a new token")
		}
	}
	for !s.usedAll() {
		if ctx.Err() != nil {
			t.Fatal("the new token is not used")
		}
		next()
	}
}

// usedAll tells whether AKASHI's new token was sent to it.
func (s *systems) usedAll() bool {
	for _, text := range s.credentials.given() {
		if strings.Count(text, "-") == 4 && s.credentials.used(text) {
			return true
		}
	}
	return false
}

// works fails the test unless every system answers.
func (g *gateway) works(t *testing.T, when string) {
	t.Helper()
	a := g.everySystem(t, "2026-11-11")
	if len(a.Errors) > 0 || strings.Contains(a.Body, "RELINK") || strings.Contains(a.Body, "FAILED") {
		t.Fatalf("%s: %s", when, a.Body)
	}
}

// TestRestart_continuesFromTheStore exchanges AKASHI's token and Carely's refresh
// token, ends the gateway and starts another with the same, now dead, seeds. The
// simulators refuse a credential that was exchanged.
func TestRestart_continuesFromTheStore(t *testing.T) {
	t.Parallel()
	for _, kept := range []string{"data directory", "Redis"} {
		t.Run(kept, func(t *testing.T) {
			t.Parallel()
			s := startSystems(t)
			dir := t.TempDir()
			place := "HITOTSU_DATA_DIR=" + dir
			atRest := func() []byte { return files(t, dir) }
			if kept == "Redis" {
				redis := storetest.StartRedis(t)
				place = "HITOTSU_REDIS_URL=" + redis.URL
				atRest = func() []byte { return everything(t, redis) }
			}
			environ := s.environ(t, place)
			first := serve(t, environ)
			s.renewed(t, first)
			if err := first.stop(); err != nil {
				t.Fatal(err)
			}

			second := serve(t, environ)
			second.works(t, "after a restart")
			if err := second.stop(); err != nil {
				t.Fatal(err)
			}
			stored := atRest()
			if len(stored) < 100 {
				t.Fatalf("only %d bytes are stored", len(stored))
			}
			for _, text := range s.credentials.all() {
				if bytes.Contains(stored, []byte(text)) {
					t.Errorf("a credential of %d characters is stored as it is", len(text))
				}
			}
			for _, p := range s.company.People[:20] {
				if bytes.Contains(stored, []byte(p.Email)) || bytes.Contains(stored, []byte(p.Family+p.Given)) {
					t.Error("a person's name or address is stored as it is")
				}
			}

			fresh := serve(t, s.environ(t, "HITOTSU_DATA_DIR="+t.TempDir()))
			if a := fresh.everySystem(t, "2026-11-11"); !strings.Contains(a.Body, "RELINK_NEEDED") {
				t.Errorf("the old seeds still work, so the restart proves nothing: %s", a.Body)
			}

			replaced := serve(t, append(environ, "HITOTSU_AKASHI_TOKEN="+seedTwo))
			replaced.works(t, "with a new seed")
			if !s.credentials.used(seedTwo) {
				t.Error("the new seed was not used")
			}
		})
	}
}

// files returns the content of a directory.
func files(t *testing.T, dir string) []byte {
	t.Helper()
	var all []byte
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, path)
		all = append(all, text...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// everything returns all keys and values of a Redis.
func everything(t *testing.T, r *storetest.RedisServer) []byte {
	t.Helper()
	client := r.Client(t)
	keys, err := client.Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, key := range keys {
		all = append(all, key...)
		if text, err := client.Get(t.Context(), key).Bytes(); err == nil {
			all = append(all, text...)
			continue
		}
		if members, err := client.ZRange(t.Context(), key, 0, -1).Result(); err == nil {
			all = append(all, strings.Join(members, " ")...)
			continue
		}
		hash, err := client.HGetAll(t.Context(), key).Result()
		if err != nil {
			t.Fatal(err)
		}
		for field, text := range hash {
			all = append(append(all, field...), text...)
		}
	}
	return all
}
