package akashi

import (
	"strconv"
	"time"
)

type wireHourItem struct {
	TaskID int `json:"task_id"`
	Minute int `json:"minute"`
}

type wireCommentItem struct {
	TaskID  string `json:"task_id"` // a string in the sample of 6.25.2
	Comment string `json:"comment"`
}

type wireManhourProject struct {
	ProjectID    int               `json:"project_id"`
	ClosedAt     *string           `json:"closed_at"`
	FixedAt      *string           `json:"fixed_at"`
	HourItems    []wireHourItem    `json:"daily_hour_items"`
	CommentItems []wireCommentItem `json:"daily_comment_items"`
}

type wireManhourDate struct {
	Date         string               `json:"date"`
	Projects     []wireManhourProject `json:"projects"`
	StaffComment *string              `json:"staff_comment"`
	AdminComment *string              `json:"admin_comment"`
}

type wireManhours struct {
	StaffID int               `json:"staff_id"`
	Dates   []wireManhourDate `json:"dates"`
}

type manhourAnswer struct {
	Manhours []wireManhours `json:"manhours"`
}

// getManhours is 6.24: of everybody the caller may see who booked anything. The
// sample has days of 8 digits; 14 digits work at live clients.
func getManhours(c *call) (any, *refusal) {
	from, to, refused := c.monthPeriod(layout14, layout8)
	if refused != nil {
		return nil, refused
	}
	answer := manhourAnswer{[]wireManhours{}}
	for _, one := range c.st.staffs {
		if !c.sees(one) {
			continue
		}
		if dates := c.manhourDates(c.st.manhours[one.id], from, to); len(dates) > 0 {
			answer.Manhours = append(answer.Manhours, wireManhours{one.id, dates})
		}
	}
	return answer, nil
}

// getManhoursOf is 6.25. Live clients report that 8 digits fail here, against
// the sample; manhours is empty when nothing is booked.
func getManhoursOf(c *call) (any, *refusal) {
	one, refused := c.visibleInPath()
	if refused != nil {
		return nil, refused
	}
	layouts := []string{layout14}
	if c.quirks[ShortManhourDays] {
		layouts = append(layouts, layout8)
	}
	from, to, refused := c.monthPeriod(layouts...)
	if refused != nil {
		return nil, refused
	}
	answer := manhourAnswer{[]wireManhours{}}
	if dates := c.manhourDates(c.st.manhours[one.id], from, to); len(dates) > 0 {
		answer.Manhours = append(answer.Manhours, wireManhours{one.id, dates})
	}
	return answer, nil
}

// manhourDates groups rows, which are in order, by date and project.
func (c *call) manhourDates(rows []manhour, from, to time.Time) []wireManhourDate {
	var dates []wireManhourDate
	for _, m := range rows {
		if m.date.Before(from) || m.date.After(to) {
			continue
		}
		date := m.date.Format(c.dayLayout())
		if len(dates) == 0 || dates[len(dates)-1].Date != date {
			dates = append(dates, wireManhourDate{Date: date})
		}
		day := &dates[len(dates)-1]
		if n := len(day.Projects); n == 0 || day.Projects[n-1].ProjectID != m.project {
			day.Projects = append(day.Projects, wireManhourProject{
				ProjectID: m.project, ClosedAt: c.closedAt(m),
				HourItems: []wireHourItem{}, CommentItems: []wireCommentItem{},
			})
		}
		p := &day.Projects[len(day.Projects)-1]
		p.HourItems = append(p.HourItems, wireHourItem{m.task, m.minutes})
		if m.comment != "" {
			p.CommentItems = append(p.CommentItems, wireCommentItem{strconv.Itoa(m.task), m.comment})
		}
	}
	return dates
}

// closedAt is when the books of a closed row were closed: on the fifth of the
// month after, at noon.
func (c *call) closedAt(m manhour) *string {
	if !m.closed && !closed(m.date, c.opts.Now()) {
		return nil
	}
	first := m.date.AddDate(0, 0, 1-m.date.Day())
	text := instant(first.AddDate(0, 1, 4).Add(12 * time.Hour))
	return &text
}
