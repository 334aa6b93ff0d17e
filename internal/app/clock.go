package app

import (
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// dataClock returns the clock of data: what day it is and how old a value is.
// Without a fixed day it is now; with one it stands late on that day when the
// program starts and goes on from there, so that the day counts as finished.
func dataClock(today hr.Date, now func() time.Time) func() time.Time {
	if today.IsZero() {
		return now
	}
	offset := today.Start().Add(23 * time.Hour).Sub(now())
	return func() time.Time { return now().Add(offset) }
}
