package akashi

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// What the document calls Integer, Float, String, Boolean and Array, read from
// everything seen in their place.
type (
	num         = flex.Num
	float       = flex.Float
	text        = flex.Text
	flag        = flex.Flag
	list[T any] = flex.List[T]
)

// japan is the zone of all of AKASHI's times; there is no summer time.
var japan = time.FixedZone("JST", 9*60*60) //nolint:gochecknoglobals // a constant zone.

func jst() *time.Location { return japan }

// instant reads a DateTime in Japanese time; null and "" are the zero time.
type instant struct{ t time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (v *instant) UnmarshalJSON(b []byte) error {
	s, err := flex.Scalar(b)
	if err != nil {
		return err
	}
	v.t, err = parseTime(s)
	return err
}

// parseTime reads yyyy/mm/dd HH:MM:SS (the document's), with dashes, with T,
// without seconds, as 14 digits, or with an offset.
func parseTime(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, nil
	}
	if t, ok := documented(s); ok {
		return t, nil
	}
	for _, layout := range []string{
		"2006/1/2 15:04:05", "2006-1-2 15:04:05", "20060102150405", "2006/1/2 15:04", "2006-1-2 15:04",
		"2006-1-2T15:04:05", time.RFC3339,
	} {
		if t, err := time.ParseInLocation(layout, s, jst()); err == nil {
			return t.In(jst()), nil
		}
	}
	return time.Time{}, flex.ErrShape
}

// documented reads yyyy/mm/dd HH:MM:SS, of which answers hold thousands, without
// the cost of layouts.
func documented(s string) (t time.Time, ok bool) {
	const layout = "yyyy/mm/dd HH:MM:SS"
	if len(s) != len(layout) {
		return time.Time{}, false
	}
	for i := range len(layout) {
		c, want := s[i], layout[i]
		if (want == '/' || want == ' ' || want == ':') && c != want {
			return time.Time{}, false
		}
	}
	year, month, day := digits(s[0:4]), digits(s[5:7]), digits(s[8:10])
	hour, minute, second := digits(s[11:13]), digits(s[14:16]), digits(s[17:19])
	if year < 1 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 ||
		minute < 0 || minute > 59 || second < 0 || second > 59 {
		return time.Time{}, false
	}
	t = time.Date(year, time.Month(month), day, hour, minute, second, 0, japan)
	return t, t.Day() == day
}

// digits reads a number without sign, -1 for anything else.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// day reads a Date in any of its forms; null and "" are the empty Date.
type day struct{ d Date }

// UnmarshalJSON implements json.Unmarshaler.
func (v *day) UnmarshalJSON(b []byte) error {
	s, err := flex.Scalar(b)
	if err != nil {
		return err
	}
	v.d, err = ParseDate(s)
	return err
}

// parseZone reads a time zone: +9.0 (6.7), +9.00 (6.10), +09:00 (6.6), in
// minutes east of UTC.
func parseZone(s string) (minutes int, ok bool) {
	s = strings.TrimSpace(s)
	if h, m, found := strings.Cut(s, ":"); found {
		hours, err1 := strconv.Atoi(h)
		mins, err2 := strconv.Atoi(m)
		if err1 != nil || err2 != nil || mins < 0 || mins > 59 || hours < -14 || hours > 14 {
			return 0, false
		}
		if strings.HasPrefix(h, "-") {
			mins = -mins
		}
		return hours*60 + mins, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 14 {
		return 0, false
	}
	return int(math.Round(f * 60)), true
}
