package akashi

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// Layouts of the wire.
const (
	layoutInstant = "2006/01/02 15:04:05"
	layoutDay     = "2006/01/02"
	layoutDashed  = "2006-01-02" // 6.16 to 6.29
	layout14      = "20060102150405"
	layout8       = "20060102"
)

func instant(t time.Time) string { return t.In(company.JST).Format(layoutInstant) }

func instantOrNull(t *time.Time) *string {
	if t == nil {
		return nil
	}
	text := instant(*t)
	return &text
}

// when reads a parameter in one of the layouts. Nil without error means that it
// is absent.
func (c *call) when(name string, layouts ...string) (*time.Time, *refusal) {
	text := c.query.Get(name)
	if c.quirks[OnlySlashedDays] && slices.Contains(layouts, layoutDay) {
		layouts = []string{layoutDay}
	}
	if text == "" {
		return nil, nil
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, company.JST); err == nil && len(text) == len(layout) {
			return &t, nil
		}
	}
	return nil, badParameter("%sの形式が正しくありません。", name)
}

// period reads start_date and end_date, both mandatory.
func (c *call) period(layouts ...string) (from, to time.Time, refused *refusal) {
	start, refused := c.when("start_date", layouts...)
	if refused != nil {
		return from, to, refused
	}
	end, refused := c.when("end_date", layouts...)
	if refused != nil {
		return from, to, refused
	}
	if start == nil || end == nil {
		return from, to, badParameter("start_dateとend_dateは必須です。")
	}
	if end.Before(*start) {
		return from, to, badParameter("end_dateがstart_dateより前です。")
	}
	return *start, *end, nil
}

// monthPeriod reads start_date and end_date as days; each is by default the
// first or last of the running month (6.24.2, 6.25.2, 6.28.2).
func (c *call) monthPeriod(layouts ...string) (from, to time.Time, refused *refusal) {
	now := c.opts.Now().In(company.JST)
	from = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, company.JST)
	to = from.AddDate(0, 1, -1)
	start, refused := c.when("start_date", layouts...)
	if refused != nil {
		return from, to, refused
	}
	end, refused := c.when("end_date", layouts...)
	if refused != nil {
		return from, to, refused
	}
	if start != nil {
		from = dayOf(*start)
	}
	if end != nil {
		to = dayOf(*end)
	}
	if to.Before(from) {
		return from, to, badParameter("end_dateがstart_dateより前です。")
	}
	return from, to, nil
}

func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, company.JST)
}

// page reads the page number, from 0.
func (c *call) page() (int, *refusal) {
	text := c.query.Get("page")
	if text == "" {
		return 0, nil
	}
	page, err := strconv.Atoi(text)
	if err != nil || page < 0 || page > 1_000_000 {
		return 0, badParameter("pageの形式が正しくありません。")
	}
	return page, nil
}

// pageOf cuts one page out of all rows; a page after the last is empty.
func pageOf[T any](rows []T, page, size int) []T {
	start := min(page*size, len(rows))
	return rows[start:min(start+size, len(rows))]
}

// flag reads a parameter that is 0 or 1; absent means 0.
func (c *call) flag(name string) (bool, *refusal) {
	switch c.query.Get(name) {
	case "", "0":
		return false, nil
	case "1":
		return true, nil
	default:
		return false, badParameter("%sは0または1で指定してください。", name)
	}
}

// pathID reads an id out of the path.
func (c *call) pathID(name, what string) (int, *refusal) {
	id, err := strconv.Atoi(c.PathValue(name))
	if err != nil {
		return 0, notFound(what)
	}
	return id, nil
}

// staffIDs reads the comma separated staff_ids of 6.10 and 6.11. An id that does
// not exist or that the caller may not see refuses the whole call: "each API is
// allowed or refused by the rights of the token's employee" (2).
func (c *call) staffIDs(limit int) ([]*staff, *refusal) {
	text := c.query.Get("staff_ids")
	if text == "" {
		return nil, badParameter("staff_idsは必須です。")
	}
	parts := strings.Split(text, ",")
	if len(parts) > limit {
		return nil, badParameter("staff_idsは最大%d件です。", limit)
	}
	staffs := make([]*staff, 0, len(parts))
	seen := map[int]bool{}
	for _, part := range parts {
		id, err := strconv.Atoi(part)
		if err != nil {
			return nil, badParameter("staff_idsの形式が正しくありません。")
		}
		if seen[id] {
			continue
		}
		seen[id] = true
		one, refused := c.visible(id)
		if refused != nil {
			return nil, refused
		}
		staffs = append(staffs, one)
	}
	return staffs, nil
}

func slashed(day *time.Time) *string {
	if day == nil {
		return nil
	}
	text := day.Format(layoutDay)
	return &text
}
