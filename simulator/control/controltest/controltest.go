// Package controltest starts a simulator for a test. It knows no vendor and imports
// nothing of the gateway.
package controltest

import (
	"testing"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// Start serves a simulator on free ports until the test ends.
func Start(t testing.TB, sim control.Simulator, opts control.Options) *control.Server {
	t.Helper()
	s := control.New(sim, opts)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
