package yesod

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"

	"github.com/hitotsu/hitotsu/simulator/control"
)

type named struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Name string `json:"name"`
	Code string `json:"code,omitempty"`
}

type taskCore struct {
	ID              string `json:"id"`
	ApplicationDate string `json:"applicationDate"`
	Status          string `json:"status"`
	TaskNumber      int    `json:"taskNumber"`
	ChangeDate      string `json:"changeDate"`
}

type taskMember struct {
	Date                 string     `json:"date"`
	ID                   string     `json:"id"`
	Type                 string     `json:"type"`
	Name                 string     `json:"name"`
	Email                string     `json:"email,omitempty"`
	IdentificationNumber string     `json:"identificationNumber,omitempty"`
	Companies            []namedIn  `json:"companies,omitempty"`
	Organizations        []namedIn  `json:"organizations,omitempty"`
	Attributes           []struct{} `json:"attributes"`
}

type namedIn struct {
	named
	Depth          int    `json:"depth"`
	EmployeeNumber string `json:"employeeNumber,omitempty"`
}

type taskAction struct {
	Type  string     `json:"type"` // create or delete
	Roles []struct{} `json:"roles"`
}

type taskRow struct {
	Task          taskCore       `json:"task"`
	ChangeRequest map[string]any `json:"changeRequest"`
	Member        taskMember     `json:"member"`
	Connection    named          `json:"connection"`
	Staffs        []struct{}     `json:"staffs"`
	Action        taskAction     `json:"action"`
	RelatedTasks  []struct{}     `json:"relatedTasks"`
	Job           *struct{}      `json:"job"`
}

// The statuses of a task. "done" is likely; the rest of the list is cut off in
// what is public, so the other two are ours (facts 1.4).
const (
	taskTodo = "todo"
	taskDone = "done"
	taskSkip = "skipped"
)

// maxTaskDays bounds days; ours.
const maxTaskDays = 366

// authorityTasks is GET /api/v22.10/authorityTasks: what is to be done about
// the accounts of those who join or leave on the days beginning with from. The
// one connection is the mail system (facts 1.4 and 1.4.3).
func (s *Server) authorityTasks(w http.ResponseWriter, r *http.Request) {
	from, ok := s.day(r.URL.Query().Get("from"))
	if !ok || r.URL.Query().Get("from") == "" {
		s.fail(w, http.StatusBadRequest, "from is required and must be YYYY-MM-DD")
		return
	}
	days := 7
	if v := r.URL.Query().Get("days"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > maxTaskDays {
			s.fail(w, http.StatusBadRequest, "days must be 1 to 366")
			return
		}
		days = n
	}
	to := dayAfter(from, days)
	rows := []taskRow{}
	for _, row := range s.tasks(s.data()) {
		if row.Task.ChangeDate >= from && row.Task.ChangeDate < to {
			rows = append(rows, row)
		}
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{"tasks": rows})
}

// tasks is every task there is, by member.
func (s *Server) tasks(d *data) []taskRow {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []taskRow
	for _, m := range d.members {
		for _, event := range []struct{ day, kind string }{{m.entered, "create"}, {m.left, "delete"}} {
			if event.day == "" {
				continue
			}
			row := d.task(m, event.day, event.kind, len(out)+1)
			if set := s.done[row.Task.ID]; set != "" {
				row.Task.Status = set
			}
			key := "approvedAt"
			if s.quirks.On(ApproveAt) {
				key = "approveAt"
			}
			// Said to be written in Japanese time (facts 1.4.3).
			row.ChangeRequest[key] = event.day + "T00:00:00+09:00"
			out = append(out, row)
		}
	}
	return out
}

func (d *data) task(m *member, day, kind string, number int) taskRow {
	now := d.on(m.attrs, day)
	who := taskMember{
		Date: day, ID: m.id, Type: kindMember, Name: now.text(familyName) + " " + now.text(givenName),
		Email: now.text(email), IdentificationNumber: now.text(identificationNumber), Attributes: []struct{}{},
	}
	in := func(id, employee string) namedIn {
		g := d.byID[id]
		return namedIn{named{g.id, g.kind, g.nameOn(day), g.code}, g.depth, employee}
	}
	for _, id := range now.references(companyName) {
		who.Companies = append(who.Companies, in(id, now.text(employeeNumber)))
	}
	for _, id := range now.references(organization) {
		who.Organizations = append(who.Organizations, in(id, ""))
	}
	return taskRow{
		Task: taskCore{
			ID: newID(d.seed, "task", m.id+kind+day), ApplicationDate: day, Status: taskTodo,
			TaskNumber: number, ChangeDate: day,
		},
		ChangeRequest: map[string]any{"id": newID(d.seed, "request", m.id+kind+day), "name": kind},
		Member:        who,
		Connection:    named{newID(d.seed, "connection", "mail"), "connection", "メール", "mail"},
		Staffs:        []struct{}{}, RelatedTasks: []struct{}{},
		Action: taskAction{Type: kind, Roles: []struct{}{}},
	}
}

// setTaskStatus is PATCH /api/v22.10/authorityTasks/{taskId}; the path takes a
// task's id or its number (facts 1.4). The answer is ours.
func (s *Server) setTaskStatus(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Status string `json:"status"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&body)
	if err != nil || body.Status != taskDone && body.Status != taskSkip {
		s.fail(w, http.StatusBadRequest, "status must be done or skipped")
		return
	}
	for _, row := range s.tasks(s.data()) {
		if id := r.PathValue("id"); id == row.Task.ID || id == strconv.Itoa(row.Task.TaskNumber) {
			s.mu.Lock()
			s.done[row.Task.ID] = body.Status
			control.NoteWrite(r.Context(), "authorityTasks", map[string]string{"id": row.Task.ID, "status": body.Status})
			s.mu.Unlock()
			row.Task.Status = body.Status
			control.WriteJSON(w, http.StatusOK, map[string]any{"task": row.Task})
			return
		}
	}
	s.fail(w, http.StatusNotFound, "no such task")
}

// taskStatuses is a copy of the statuses that were set.
func (s *Server) taskStatuses() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.done)
}
