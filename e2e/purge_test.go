package e2e_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// TestPurge: hitotsu purge leaves none of a person's values in the store, in the
// memory of a gateway that runs, or for the next start; another person's stay.
func TestPurge(t *testing.T) {
	t.Parallel()
	for _, kept := range []string{"data directory", "Redis"} {
		t.Run(kept, func(t *testing.T) {
			t.Parallel()
			s := startSystems(t)
			place := "HITOTSU_DATA_DIR=" + t.TempDir()
			if kept == "Redis" {
				place = "HITOTSU_REDIS_URL=" + storetest.StartRedis(t).URL
			}
			environ := s.environ(t, place)
			day := time.Now().AddDate(0, 0, -3).Format(time.DateOnly)
			g := serve(t, environ)
			var people []string
			for _, p := range s.company.People {
				if len(people) < 2 && len(g.personal(t, p.Code, day).Errors) == 0 {
					people = append(people, p.Code)
				}
			}
			gone, stays := people[0], people[1]
			if n := s.personalCalls(func() { g.personal(t, gone, day); g.personal(t, stays, day) }); n != 0 {
				t.Fatalf("%d calls for what is kept", n)
			}

			again := func() *gateway { return g }
			if kept == "data directory" { // which only one process may open
				if err := g.stop(); err != nil {
					t.Fatal(err)
				}
				again = func() *gateway { return serve(t, environ) }
			}
			var out buffer
			if err := app.Purge(t.Context(), app.PurgeOptions{Employee: gone, ServeOptions: app.ServeOptions{
				Environ: environ, Now: time.Now, Out: &out,
				NewLog: func(_, _ string) *slog.Logger { return slog.New(slog.DiscardHandler) },
			}}); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), "none of the person is left") {
				t.Errorf("it says %q", out.String())
			}

			after := again()
			if n := s.personalCalls(func() { after.personal(t, stays, day) }); n != 0 {
				t.Errorf("%d calls for somebody who was not purged", n)
			}
			if n := s.personalCalls(func() { after.personal(t, gone, day) }); n < 3 {
				t.Errorf("%d calls for the person who was purged, want those for stamps, records and overtimes", n)
			}
		})
	}
}

// personal asks for what is kept of one person.
func (g *gateway) personal(t *testing.T, code, day string) answer {
	t.Helper()
	a := g.ask(t, hrKey, `query($code: String!, $day: Date!) { employee(by: { code: $code }) { links { system }
		stamps(from: $day, to: $day, systems: [AKASHI]) { sources { status } }
		workingRecords(from: $day, to: $day, systems: [AKASHI]) { sources { status } }
		overtimes(from: "2026-01", to: "2026-02") { totalCount } } }`, map[string]any{"code": code, "day": day})
	if strings.Contains(a.Body, "NOT_LINKED") || !strings.Contains(a.Body, carelySystem) {
		a.Errors = append(a.Errors, gqlError{Message: "the person is not in every system"})
	}
	return a
}

// personalCalls counts the calls for stamps, records and overtimes meanwhile.
func (s *systems) personalCalls(do func()) int {
	count := func() int {
		n := 0
		for _, server := range []*control.Server{s.akashi, s.carely} {
			for route, calls := range server.History().Counters {
				for _, part := range []string{"stamps", "working_records", "overtimes"} {
					if strings.Contains(route, part) {
						n += calls
					}
				}
			}
		}
		return n
	}
	before := count()
	do()
	return count() - before
}
