package hr

import "fmt"

// Project is something man-hours are booked on.
type Project struct {
	ID               ProjectID
	Ref              Ref
	Code             *string
	Name             string
	ShortName        *string
	Remarks          *string
	StartsOn, EndsOn *Date
	// IsOpenToAll is true when every employee may book on it.
	IsOpenToAll bool
	// SyncsWithStamps is AKASHI's 打刻同期フラグ.
	SyncsWithStamps bool
	System          System
	Link            string
}

// SortKey orders projects by code, those without one last.
func (p *Project) SortKey() string {
	if p.Code == nil {
		return "\xff\x1f" + string(p.ID)
	}
	return *p.Code + "\x1f" + string(p.ID)
}

// Task is a part of a project.
type Task struct {
	ID        TaskID
	Ref       Ref
	ProjectID ProjectID
	Code      *string
	Name      string
	// Position is the order of display, nil when not set.
	Position *int
	// EstimatedMinutes is AKASHI's estimated_hour, which is in minutes (6.20).
	EstimatedMinutes *int
	EstimatedAmount  *int
	IsFinished       bool
	System           System
	Link             string
}

// SortKey orders tasks by position, then name.
func (t *Task) SortKey() string {
	position := 999_999_999
	if t.Position != nil {
		position = *t.Position
	}
	return fmt.Sprintf("%09d\x1f%s\x1f%s", position, t.Name, t.ID)
}

// ProjectMember is an employee's part in a project.
type ProjectMember struct {
	Employee *Employee
	IsOwner  bool
}

// SortKey orders members as employees are.
func (m *ProjectMember) SortKey() string { return m.Employee.SortKey() }

// Manhour is time booked on one task on one day.
type Manhour struct {
	Date    Date
	Minutes int
	Comment *string
	// IsClosed is true when the day's books are closed in AKASHI.
	IsClosed bool
	System   System
	Link     string

	// Staff, ProjectID and TaskID say who booked and on what.
	Staff     Ref
	ProjectID ProjectID
	TaskID    TaskID
}

// SortKey orders man-hours by date, person, project and task.
func (m *Manhour) SortKey() string {
	return m.Date.String() + "\x1f" + m.Staff.ID + "\x1f" + string(m.ProjectID) + "\x1f" + string(m.TaskID)
}
