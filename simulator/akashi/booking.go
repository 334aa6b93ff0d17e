package akashi

import (
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// minutesOfDay is the most that anybody can work.
const minutesOfDay = 24 * 60

// booking is what 6.26 asks for on one day of one employee.
type booking struct {
	staff int
	date  time.Time
	items []manhour
}

type wireBookedProject struct {
	ProjectID int            `json:"project_id"`
	Items     []wireHourItem `json:"daily_hour_items"`
}

type wireBookedDate struct {
	Date     string              `json:"date"`
	Projects []wireBookedProject `json:"projects"`
}

type wireBooked struct {
	StaffID int              `json:"staff_id"`
	Dates   []wireBookedDate `json:"dates"`
}

// postManhours is 6.26: it creates and updates items task by task, all rows or
// none. Comments are not taken. With ManhoursNeedDeletion a day that holds items
// of a project which the request does not name for it stays as it was, though
// the answer says success and repeats what was sent.
func postManhours(c *call) (any, *refusal) {
	rows, refused := c.bodyRows("manhours", "工数")
	if refused != nil {
		return nil, refused
	}
	var problems []problem
	var wanted []booking
	echo := []wireBooked{}
	for _, row := range rows {
		f := c.fields(row)
		bookings, wire := c.bookings(f)
		problems = append(problems, f.problems(codeNoSuchRow, nil)...)
		wanted, echo = append(wanted, bookings...), append(echo, wire)
	}
	if len(problems) > 0 {
		return nil, refuse(problems...)
	}
	for _, b := range wanted {
		c.changed = c.book(b) || c.changed
	}
	return struct {
		Manhours []wireBooked `json:"manhours"`
	}{echo}, nil
}

// bookings reads what a request says of one employee.
func (c *call) bookings(f *fields) ([]booking, wireBooked) {
	id := f.integer("staff_id", "従業員ID")
	if id == nil {
		f.fail("従業員IDは必ず入力してください。")
		return nil, wireBooked{}
	}
	one := c.st.staffByID[*id]
	if one == nil || !c.sees(one) {
		f.fail("従業員が存在しません。")
		return nil, wireBooked{}
	}
	echo := wireBooked{StaffID: *id, Dates: []wireBookedDate{}}
	var bookings []booking
	for _, row := range f.rows("dates", "日付") {
		day := c.fields(row)
		b, wire := c.bookingOf(day, one)
		f.wrong = append(f.wrong, day.wrong...)
		bookings, echo.Dates = append(bookings, b), append(echo.Dates, wire)
	}
	return bookings, echo
}

// bookingOf reads one day.
func (c *call) bookingOf(f *fields, one *staff) (booking, wireBookedDate) {
	b, echo := booking{staff: one.id}, wireBookedDate{Projects: []wireBookedProject{}}
	date := f.day("date", "日付", layout8, layoutDay)
	switch {
	case date == nil && len(f.wrong) == 0:
		f.fail("日付は必ず入力してください。")
		return b, echo
	case date == nil:
		return b, echo
	case closed(*date, c.opts.Now()):
		f.fail("%sの工数は締められています。", date.Format(layoutDay))
		return b, echo
	}
	b.date, echo.Date = *date, date.Format(c.dayLayout())
	for _, row := range f.rows("projects", "プロジェクト") {
		part := c.fields(row)
		items, wire := c.itemsOf(part, one, *date)
		f.wrong = append(f.wrong, part.wrong...)
		b.items, echo.Projects = append(b.items, items...), append(echo.Projects, wire)
	}
	return b, echo
}

// itemsOf reads the tasks of one project on one day.
func (c *call) itemsOf(f *fields, one *staff, date time.Time) ([]manhour, wireBookedProject) {
	echo := wireBookedProject{Items: []wireHourItem{}}
	id := f.integer("project_id", "プロジェクトID")
	if id == nil {
		f.fail("プロジェクトIDは必ず入力してください。")
		return nil, echo
	}
	p := c.st.projectByID[*id]
	switch {
	case p == nil:
		f.fail("プロジェクトが存在しません。")
		return nil, echo
	case !p.open && !slices.Contains(p.members, one.id):
		f.fail("従業員がプロジェクトに参加していません。")
	case !p.runs(date):
		f.fail("日付がプロジェクトの期間外です。")
	}
	echo.ProjectID = *id
	var items []manhour
	for _, row := range f.rows("daily_hour_items", "タスク毎の工数") {
		part := c.fields(row)
		taskID, minute := part.integer("task_id", "タスクID"), part.integer("minute", "工数(分)")
		switch {
		case len(part.wrong) > 0:
		case taskID == nil:
			part.fail("タスクIDは必ず入力してください。")
		case minute == nil:
			part.fail("工数(分)は必ず入力してください。")
		case p.task(*taskID) == nil:
			part.fail("タスクが存在しません。")
		case *minute < 0 || *minute > minutesOfDay:
			part.fail("工数(分)は0以上%d以下で入力してください。", minutesOfDay)
		default:
			items = append(items, manhour{date: date, project: *id, task: *taskID, minutes: *minute})
			echo.Items = append(echo.Items, wireHourItem{*taskID, *minute})
		}
		f.wrong = append(f.wrong, part.wrong...)
	}
	return items, echo
}

// closed tells whether the books of a day are closed: those of the months before
// the running one are.
func closed(date, now time.Time) bool {
	now = now.In(company.JST)
	return date.Before(time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, company.JST))
}

// book writes one day and tells whether it took.
func (c *call) book(b booking) bool {
	rows := c.st.manhours[b.staff]
	if c.quirks[ManhoursNeedDeletion] {
		for _, m := range rows {
			if m.date.Equal(b.date) &&
				!slices.ContainsFunc(b.items, func(item manhour) bool { return item.project == m.project }) {
				return false
			}
		}
	}
	for _, item := range b.items {
		i := slices.IndexFunc(rows, func(m manhour) bool {
			return m.date.Equal(item.date) && m.project == item.project && m.task == item.task
		})
		if i >= 0 {
			rows[i].minutes = item.minutes // the comment stays
		} else {
			rows = append(rows, item)
		}
	}
	c.st.manhours[b.staff] = rows
	c.st.sortManhours(b.staff)
	return true
}

// deleteManhours is 6.27: one task of a project on a day, or all of its tasks.
// The items in the answer are those that are gone.
func deleteManhours(c *call) (any, *refusal) {
	one, refused := c.visibleInPath()
	if refused != nil {
		return nil, refused
	}
	f := c.fields(c.body)
	date := f.day("date", "日付", layout8, layoutDay) // a number in the sample
	project, taskID := f.integer("project_id", "プロジェクトID"), f.integer("task_id", "タスクID")
	if date == nil && len(f.wrong) == 0 {
		f.fail("日付は必ず入力してください。")
	}
	if project == nil && len(f.wrong) == 0 {
		f.fail("プロジェクトIDは必ず入力してください。")
	}
	if len(f.wrong) == 0 && closed(*date, c.opts.Now()) {
		f.fail("%sの工数は締められています。", date.Format(layoutDay))
	}
	if len(f.wrong) > 0 {
		return nil, refuse(f.problems(codeBadParameter, nil)...)
	}
	gone := []wireHourItem{}
	c.st.manhours[one.id] = slices.DeleteFunc(c.st.manhours[one.id], func(m manhour) bool {
		if !m.date.Equal(*date) || m.project != *project || taskID != nil && m.task != *taskID {
			return false
		}
		gone = append(gone, wireHourItem{m.task, m.minutes})
		return true
	})
	if len(gone) == 0 {
		return nil, notFound("工数")
	}
	c.changed = true
	return struct {
		StaffID   int            `json:"staff_id"`
		Date      string         `json:"date"`
		ProjectID int            `json:"project_id"`
		Items     []wireHourItem `json:"daily_hour_items"`
	}{one.id, date.Format(c.dayLayout()), *project, gone}, nil
}
