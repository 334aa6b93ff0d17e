package control_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/control"
)

type quirk string

func TestSwitches(t *testing.T) {
	t.Parallel()
	defaults := map[quirk]bool{"blank": true, "strings": false}
	s := control.NewSwitches("shop", defaults, map[quirk]bool{"strings": true, "blank": false})
	if diff := cmp.Diff(map[quirk]bool{"blank": true, "strings": false}, defaults); diff != "" {
		t.Errorf("the defaults changed (-want +got):\n%s", diff)
	}
	before := s.All()
	if err := s.Set(map[string]bool{"blank": true, "nonsense": true}); err == nil {
		t.Error("an unknown name was taken")
	}
	if diff := cmp.Diff(map[string]bool{"blank": false, "strings": true}, s.Named()); diff != "" {
		t.Errorf("after an unknown name (-want +got):\n%s", diff)
	}
	if err := s.Set(map[string]bool{"blank": true}); err != nil || !s.On("blank") || !s.On("strings") {
		t.Errorf("%v: %v", err, s.All())
	}
	if diff := cmp.Diff(map[quirk]bool{"blank": false, "strings": true}, before); diff != "" {
		t.Errorf("who took all of them before saw a change (-want +got):\n%s", diff)
	}
	s.Reset()
	if diff := cmp.Diff(map[string]bool{"blank": false, "strings": true}, s.Named()); diff != "" {
		t.Errorf("after Reset (-want +got):\n%s", diff)
	}
}
