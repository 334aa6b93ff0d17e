package app_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// On a Sunday the greeting asks for Friday's stamps, not for an empty Saturday.
func TestDemo_greetsWithAWorkday(t *testing.T) {
	t.Parallel()
	d, err := app.StartDemo(t.Context(), app.DemoOptions{
		Seed: 1, Today: hr.NewDate(2026, time.November, 22), Environ: []string{"HITOTSU_LISTEN=127.0.0.1:0"},
		Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	d.Greet(&said)
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"300 people in 24 organisations", "demo-manager", d.URL(), "2026-11-20"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, said.String())
		}
	}
	if strings.Contains(said.String(), "2026-11-21") {
		t.Error("the greeting asks for a Saturday")
	}
}
