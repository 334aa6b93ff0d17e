package hr_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hitotsu/hitotsu/internal/hr"
)

func TestParseDate(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"2026-11-02": true, "2024-02-29": true, "1900-01-01": true, "2999-12-31": true,
		"2026-02-29": false, "2026-13-01": false, "2026-1-2": false, "": false, "20261102": false,
		"1899-12-31": false, "3000-01-01": false, "2026-11-02T00:00:00Z": false, "２０２６-11-02": false,
	} {
		d, err := hr.ParseDate(text)
		if (err == nil) != ok {
			t.Errorf("%q: error %v", text, err)
		}
		if ok && d.String() != text {
			t.Errorf("%q reads back as %q", text, d)
		}
	}
}

func TestDate_arithmeticIsTheCalendars(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		base := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 40_000).Draw(t, "days"))
		n := rapid.IntRange(-1000, 1000).Draw(t, "n")
		d := hr.NewDate(base.Date())
		later := base.AddDate(0, 0, n)
		if got, want := d.AddDays(n).String(), later.Format(time.DateOnly); got != want {
			t.Fatalf("%s + %d = %s, want %s", d, n, got, want)
		}
		if d.DaysUntil(d.AddDays(n)) != n || d.Before(d.AddDays(n)) != (n > 0) {
			t.Fatalf("%s and %d days on do not fit", d, n)
		}
		if d.Month().String() != base.Format("2006-01") || d.Weekday() != base.Weekday() {
			t.Fatalf("%s: month %s, weekday %s", d, d.Month(), d.Weekday())
		}
		m := d.Month()
		if m.First().Month() != m || m.Last().Month() != m || m.Last().AddDays(1) != m.Add(1).First() {
			t.Fatalf("%s is not from %s to %s", m, m.First(), m.Last())
		}
	})
}

func TestDayChange(t *testing.T) {
	t.Parallel()
	day := hr.NewDate(2026, time.November, 2)
	at := func(clock string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04:05", clock, hr.JST)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for clock, want := range map[string]hr.Date{
		"2026-11-02 05:00:00": day,
		"2026-11-02 23:59:59": day,
		"2026-11-03 04:59:59": day,
		"2026-11-03 05:00:00": day.AddDays(1),
		"2026-11-02 04:59:59": day.AddDays(-1),
	} {
		if got := hr.DefaultDayChange.LaborDate(at(clock)); got != want {
			t.Errorf("%s belongs to %s, want %s", clock, got, want)
		}
	}
	from, until := hr.DefaultDayChange.Window(day)
	if !from.Equal(at("2026-11-02 05:00:00")) || !until.Equal(at("2026-11-03 05:00:00")) {
		t.Errorf("window from %s until %s", from, until)
	}
}

func TestPeriod(t *testing.T) {
	t.Parallel()
	p := hr.Period{From: hr.NewDate(2026, time.February, 27), To: hr.NewDate(2026, time.March, 2)}
	var got []string
	for _, d := range p.Dates() {
		got = append(got, d.String())
		if !p.Contains(d) {
			t.Errorf("%s is not in the period", d)
		}
	}
	if diff := cmp.Diff([]string{"2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"}, got); diff != "" {
		t.Errorf("dates (-want +got):\n%s", diff)
	}
	if p.Contains(p.From.AddDays(-1)) || p.Contains(p.To.AddDays(1)) {
		t.Error("the period holds dates outside of it")
	}
}

func FuzzParseDate(f *testing.F) {
	f.Add("2026-11-02")
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := hr.ParseDate(text); err == nil && d.String() != text {
			t.Errorf("%q reads back as %q", text, d)
		}
		if m, err := hr.ParseMonth(text); err == nil && m.String() != text {
			t.Errorf("month %q reads back as %q", text, m)
		}
	})
}
