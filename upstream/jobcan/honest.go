package jobcan

import (
	"slices"
	"time"
)

// A system may answer in good form what nobody asked for. Rows of another day are
// not dropped: where they are, those that were asked for may be missing, and an
// answer that looks complete would be kept.

// on checks the day of a row that was asked for by its day.
func (c *Client) on(d Date, asked []Date) error {
	if slices.Contains(asked, d) {
		return nil
	}
	return c.elsewhen()
}

func (c *Client) elsewhen() error { return c.bad("the answer holds another day than those asked for") }

// near checks the time of a punch that was asked for by its labour day: when such a
// day begins and how long it goes on is the company's setting in Jobcan.
func (c *Client) near(at time.Time, d Date) error {
	midnight, err := time.ParseInLocation(time.DateOnly, string(d), jst())
	if err != nil || at.Before(midnight.Add(-12*time.Hour)) || !at.Before(midnight.Add(48*time.Hour)) {
		return c.elsewhen()
	}
	return nil
}

// once checks that no two summaries are about the same person and day.
func (c *Client) once(rows []DailySummary) error {
	type day struct {
		of EmployeeID
		on Date
	}
	seen := make(map[day]bool, len(rows))
	for _, r := range rows {
		k := day{r.EmployeeID, r.Date}
		if seen[k] {
			return c.bad("the answer holds the same day twice")
		}
		seen[k] = true
	}
	return nil
}
