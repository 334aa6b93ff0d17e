package akashi

import "context"

// StaffManhours are the man-hours of one staff (6.24, 6.25).
type StaffManhours struct {
	StaffID StaffID
	Dates   []ManhourDate
}

// ManhourDate is a day of man-hours.
type ManhourDate struct {
	Date     Date
	Projects []ManhourProject
	// The comments are empty when absent.
	StaffComment, AdminComment string
}

// ManhourProject is a day's man-hours on a project.
type ManhourProject struct {
	ProjectID ProjectID
	// ClosedAt and FixedAt are as the vendor wrote them, empty while open.
	ClosedAt, FixedAt string
	Items             []ManhourItem
	Comments          []ManhourComment
}

// ManhourItem is the time on a task.
type ManhourItem struct {
	TaskID  TaskID
	Minutes int
}

// ManhourComment is a comment on a task.
type ManhourComment struct {
	TaskID  TaskID
	Comment string
}

type wireManhours struct {
	Manhours list[struct {
		StaffID num                   `json:"staff_id"`
		Dates   list[wireManhourDate] `json:"dates"`
	}] `json:"manhours"`
}

type wireManhourDate struct {
	Date     day `json:"date"`
	Projects list[struct {
		ProjectID num  `json:"project_id"`
		ClosedAt  text `json:"closed_at"`
		FixedAt   text `json:"fixed_at"`
		Items     list[struct {
			TaskID num `json:"task_id"`
			Minute num `json:"minute"`
		}] `json:"daily_hour_items"`
		Comments list[struct {
			TaskID  num  `json:"task_id"`
			Comment text `json:"comment"`
		}] `json:"daily_comment_items"`
	}] `json:"projects"`
	StaffComment text `json:"staff_comment"`
	AdminComment text `json:"admin_comment"`
}

// Manhours reads the man-hours of all staffs the token's owner may see, in a
// period, the current month where a date is empty (6.24).
func (c *Client) Manhours(ctx context.Context, from, to Date) ([]StaffManhours, error) {
	return c.manhours(ctx, "akashi.listManhours", from, to, "manhours")
}

// ManhoursOf reads the man-hours of one staff (6.25). A staff without any gives
// an empty value with the staff's id.
func (c *Client) ManhoursOf(ctx context.Context, id StaffID, from, to Date) (StaffManhours, error) {
	rows, err := c.manhours(ctx, "akashi.getManhours", from, to, "manhours", itoa(id))
	if err != nil {
		return StaffManhours{}, err
	}
	for _, row := range rows {
		if row.StaffID == id {
			return row, nil
		}
	}
	if len(rows) > 0 {
		return StaffManhours{}, c.bad("the answer is about another staff")
	}
	return StaffManhours{StaffID: id}, nil
}

func (c *Client) manhours(ctx context.Context, op string, from, to Date, path ...string) ([]StaffManhours, error) {
	w, err := get[wireManhours](ctx, c, op, datesQuery(c.opts.ManhourDates, from, to), path...)
	if err != nil {
		return nil, err
	}
	if w.Manhours == nil {
		return nil, c.bad("the answer has no manhours")
	}
	out := make([]StaffManhours, 0, len(w.Manhours))
	for _, m := range w.Manhours {
		if !m.StaffID.Set {
			return nil, c.bad("man-hours have no staff_id")
		}
		row := StaffManhours{StaffID: StaffID(m.StaffID.N), Dates: make([]ManhourDate, 0, len(m.Dates))}
		for i := range m.Dates {
			d, err := c.manhourDate(&m.Dates[i])
			if err != nil {
				return nil, err
			}
			row.Dates = append(row.Dates, d)
		}
		out = append(out, row)
	}
	return out, nil
}

func (c *Client) manhourDate(w *wireManhourDate) (ManhourDate, error) {
	if w.Date.d == "" {
		return ManhourDate{}, c.bad("a day of man-hours has no date")
	}
	d := ManhourDate{Date: w.Date.d, StaffComment: string(w.StaffComment), AdminComment: string(w.AdminComment)}
	for _, p := range w.Projects {
		if !p.ProjectID.Set {
			return ManhourDate{}, c.bad("man-hours have no project_id")
		}
		row := ManhourProject{ProjectID: ProjectID(p.ProjectID.N), ClosedAt: string(p.ClosedAt), FixedAt: string(p.FixedAt)}
		for _, it := range p.Items {
			if !it.TaskID.Set || !it.Minute.Set {
				return ManhourDate{}, c.bad("man-hours have no task_id or no minute")
			}
			row.Items = append(row.Items, ManhourItem{TaskID(it.TaskID.N), it.Minute.Int()})
		}
		for _, cm := range p.Comments {
			row.Comments = append(row.Comments, ManhourComment{TaskID(cm.TaskID.N), string(cm.Comment)})
		}
		d.Projects = append(d.Projects, row)
	}
	return d, nil
}
