package akashi

import (
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// Date is a calendar day in Japan, yyyy-mm-dd; empty for none.
type Date string

// ParseDate reads yyyy/mm/dd, yyyy-mm-dd (6.16), yyyymmdd, each also unpadded
// where it has separators (6.13) and with a time of day behind it, which is
// dropped. An empty string is the empty Date.
func ParseDate(s string) (Date, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	if i := strings.IndexAny(s, " T"); i > 0 {
		s = s[:i]
	}
	if len(s) == 14 {
		s = s[:8]
	}
	for _, layout := range []string{"2006/1/2", "2006-1-2", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil {
			return Date(t.Format(time.DateOnly)), nil
		}
	}
	return "", flex.ErrShape
}

// midnight returns the beginning of the day in Japan; false for no date.
func (d Date) midnight() (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, string(d), jst())
	return t, err == nil
}

// DateForm is how a date is written in a query.
type DateForm string

// The forms of dates in queries.
const (
	// Compact is yyyymmdd.
	Compact DateForm = "yyyymmdd"
	// Slashed is yyyy/mm/dd.
	Slashed DateForm = "yyyy/mm/dd"
	// CompactTime is yyyymmddHHMMSS: midnight for a beginning, the last second
	// of the day for an end.
	CompactTime DateForm = "yyyymmddHHMMSS"
)

func (f DateForm) valid() bool { return f == Compact || f == Slashed || f == CompactTime }

// start and end write a valid date as the beginning and the end of a period.
func (f DateForm) start(d Date) string { return f.write(d, "000000") }

func (f DateForm) end(d Date) string { return f.write(d, "235959") }

func (f DateForm) write(d Date, clock string) string {
	switch f {
	case Slashed:
		return strings.ReplaceAll(string(d), "-", "/")
	case CompactTime:
		return strings.ReplaceAll(string(d), "-", "") + clock
	case Compact:
	}
	return strings.ReplaceAll(string(d), "-", "")
}

const stampTime = "20060102150405"
