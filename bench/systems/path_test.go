package systems_test

import (
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/bench/systems"
)

func TestCriticalPath(t *testing.T) {
	t.Parallel()
	origin := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	span := func(from, to int) systems.Span {
		return systems.Span{
			Begin: origin.Add(time.Duration(from) * time.Millisecond), End: origin.Add(time.Duration(to) * time.Millisecond),
		}
	}
	for name, c := range map[string]struct {
		calls []systems.Span
		want  int // milliseconds
	}{
		"none":                        {nil, 0},
		"one after another":           {[]systems.Span{span(60, 90), span(0, 50)}, 80},
		"side by side":                {[]systems.Span{span(0, 50), span(1, 41)}, 50},
		"one above two":               {[]systems.Span{span(0, 50), span(0, 20), span(25, 60)}, 55},
		"late ones do not add up":     {[]systems.Span{span(0, 50), span(10, 60)}, 50},
		"end and begin meet":          {[]systems.Span{span(0, 50), span(50, 70)}, 70},
		"begun before the operation":  {[]systems.Span{span(-30, 20)}, 20},
		"not waited for":              {[]systems.Span{span(80, 150)}, 20},
		"of before and of afterwards": {[]systems.Span{span(-30, -10), span(110, 120)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := systems.CriticalPath(c.calls, span(0, 100)); got != time.Duration(c.want)*time.Millisecond {
				t.Errorf("critical path %v, want %d ms", got, c.want)
			}
		})
	}
}
