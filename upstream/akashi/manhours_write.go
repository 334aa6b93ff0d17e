package akashi

import (
	"context"
	"net/http"
	"strings"
)

// ManhourRow is the time of a staff on a task on a day, one leaf of the tree that
// 6.26 takes. All fields are needed.
type ManhourRow struct {
	StaffID   StaffID   `wire:"staff_id"`
	Date      Date      `wire:"date"`
	ProjectID ProjectID `wire:"project_id"`
	TaskID    TaskID    `wire:"task_id"`
	// Minutes is minute; 0 is sent as 0.
	Minutes int
}

func (r ManhourRow) identity() identity {
	return identity{
		key: strings.Join([]string{itoa(r.StaffID), string(r.Date), itoa(r.ProjectID), itoa(r.TaskID)}, "/"),
		id:  int64(r.StaffID),
	}
}

// PutManhours makes and replaces man-hours (6.26). It sets minutes, so that it is
// sent again when an answer is lost. A row that comes back with other minutes is
// Unknown. Live servers were seen to let a post take effect only after the day's
// items of other projects were deleted: read it back.
func (c *Client) PutManhours(ctx context.Context, rows []ManhourRow) (Result[ManhourRow], error) {
	k := c.checker("6.26")
	k.rows(encode(rows))
	ids := make([]identity, len(rows))
	seen := map[string]bool{}
	for i, row := range rows {
		ids[i] = row.identity()
		if seen[ids[i].key] {
			k.add(i, "", "no two rows may be about the same staff, date, project and task")
		}
		seen[ids[i].key] = true
	}
	if err := k.fault(c); err != nil {
		return Result[ManhourRow]{}, err
	}
	res, err := sendBatch(ctx, c, write{
		operation: "akashi.putManhours", method: http.MethodPost, path: []string{"manhours"},
		body: map[string]any{"manhours": manhourTree(rows, c.opts.WriteDates)}, idempotent: true,
	}, batch[wireManhours, ManhourRow]{rows: ids, list: manhourRows, value: ManhourRow.identity})
	for i := range res.Rows {
		if v := res.Rows[i].Value; v != nil && v.Minutes != rows[i].Minutes {
			res.Rows[i].State = Unknown
		}
	}
	return res, err
}

// The tree of 6.26, written.
type (
	manhourStaff struct {
		StaffID StaffID       `json:"staff_id"`
		Dates   []*manhourDay `json:"dates"`
	}
	manhourDay struct {
		Date     string          `json:"date"`
		Projects []*manhourGroup `json:"projects"`
	}
	manhourGroup struct {
		ProjectID ProjectID `json:"project_id"`
		// Without the space behind the name that the sample has.
		Items []manhourLeaf `json:"daily_hour_items"`
	}
	manhourLeaf struct {
		TaskID TaskID `json:"task_id"`
		Minute int    `json:"minute"`
	}
)

// manhourTree groups rows, each level in the order of first appearance.
func manhourTree(rows []ManhourRow, form DateForm) []*manhourStaff {
	type dayKey struct {
		staff StaffID
		date  Date
	}
	type groupKey struct {
		dayKey
		project ProjectID
	}
	var tree []*manhourStaff
	staffs, days, groups := map[StaffID]*manhourStaff{}, map[dayKey]*manhourDay{}, map[groupKey]*manhourGroup{}
	for _, r := range rows {
		s := staffs[r.StaffID]
		if s == nil {
			s = &manhourStaff{StaffID: r.StaffID}
			staffs[r.StaffID], tree = s, append(tree, s)
		}
		dk := dayKey{r.StaffID, r.Date}
		d := days[dk]
		if d == nil {
			d = &manhourDay{Date: form.start(r.Date)}
			days[dk], s.Dates = d, append(s.Dates, d)
		}
		gk := groupKey{dk, r.ProjectID}
		g := groups[gk]
		if g == nil {
			g = &manhourGroup{ProjectID: r.ProjectID}
			groups[gk], d.Projects = g, append(d.Projects, g)
		}
		g.Items = append(g.Items, manhourLeaf{r.TaskID, r.Minutes})
	}
	return tree
}

// manhourRows flattens an answer.
func manhourRows(w *wireManhours) ([]ManhourRow, bool) {
	out := []ManhourRow{}
	for _, m := range w.Manhours {
		for _, d := range m.Dates {
			for _, p := range d.Projects {
				for _, it := range p.Items {
					out = append(out, ManhourRow{
						StaffID: StaffID(m.StaffID.N), Date: d.Date.d, ProjectID: ProjectID(p.ProjectID.N),
						TaskID: TaskID(it.TaskID.N), Minutes: it.Minute.Int(),
					})
				}
			}
		}
	}
	return out, w.Manhours != nil
}

// ManhourDeletion is 6.27.
type ManhourDeletion struct {
	StaffID   StaffID
	Date      Date
	ProjectID ProjectID
	// TaskID is needed, unless AllTasks is set.
	TaskID TaskID
	// AllTasks deletes the time of all tasks of the project on that day, which is
	// what 6.27 does without a task_id. TaskID is 0 then.
	AllTasks bool
}

// DeletedManhours is the answer of 6.27.
type DeletedManhours struct {
	StaffID   StaffID
	Date      Date
	ProjectID ProjectID
	// Items are the tasks and minutes that the answer names. The table calls them
	// the result of the deletion, and leaves open whether the minutes are those
	// before it or after.
	Items []ManhourItem
}

// DeleteManhours deletes the time of a staff on a project's task, or on all of
// its tasks, on a day (6.27). It is sent once.
func (c *Client) DeleteManhours(ctx context.Context, d ManhourDeletion) (DeletedManhours, error) {
	k := c.checker("6.27")
	k.positive("staff_id", int64(d.StaffID))
	k.positive("project_id", int64(d.ProjectID))
	if _, ok := d.Date.midnight(); !ok {
		k.add(WholeBatch, "date", "a day that exists, as yyyy/mm/dd")
	}
	body := map[string]any{"date": c.opts.WriteDates.start(d.Date), "project_id": int64(d.ProjectID)}
	switch {
	case d.AllTasks && d.TaskID != 0:
		k.add(WholeBatch, "task_id", "one task or all tasks")
	case !d.AllTasks:
		k.positive("task_id", int64(d.TaskID))
		body["task_id"] = int64(d.TaskID)
	}
	if err := k.fault(c); err != nil {
		return DeletedManhours{}, err
	}
	type response struct {
		StaffID   num `json:"staff_id"`
		Date      day `json:"date"`
		ProjectID num `json:"project_id"`
		Items     list[struct {
			TaskID num `json:"task_id"`
			Minute num `json:"minute"`
		}] `json:"daily_hour_items"`
	}
	w, err := one[response](ctx, c, write{
		operation: "akashi.deleteManhours", method: http.MethodDelete,
		path: []string{"manhours", itoa(d.StaffID)}, body: body,
	})
	if err != nil {
		return DeletedManhours{}, err
	}
	if w.StaffID.N != int64(d.StaffID) || w.Date.d != d.Date || w.ProjectID.N != int64(d.ProjectID) {
		return DeletedManhours{}, c.bad("the answer is not about what was deleted")
	}
	out := DeletedManhours{StaffID: d.StaffID, Date: d.Date, ProjectID: d.ProjectID}
	for _, it := range w.Items {
		out.Items = append(out.Items, ManhourItem{TaskID(it.TaskID.N), it.Minute.Int()})
	}
	return out, nil
}
