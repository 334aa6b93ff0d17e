package akashi

import (
	"cmp"
	"slices"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// maxDumpPeople is the largest company whose attendance a dump holds.
const maxDumpPeople = 2_000

// Dump is the full state; the package comment describes its JSON.
type Dump struct {
	Company        string             `json:"company"`
	Today          string             `json:"today"`
	Organizations  []DumpOrganization `json:"organizations"`
	Staffs         []DumpStaff        `json:"staffs"`
	Stamps         []DumpStamp        `json:"stamps"`
	WorkingRecords []DumpRecord       `json:"working_records"`
	Projects       []DumpProject      `json:"projects"`
	Tasks          []DumpTask         `json:"tasks"`
	Manhours       []DumpManhour      `json:"manhours"`
	Tokens         []DumpToken        `json:"tokens"`
}

// DumpOrganization is a row of Dump.Organizations.
type DumpOrganization struct {
	OrganizationID int     `json:"organization_id"`
	ParentID       *int    `json:"parent_id"`
	Code           *string `json:"code"`
	Name           string  `json:"name"`
}

// DumpStaff is a row of Dump.Staffs.
type DumpStaff struct {
	StaffID                int    `json:"staff_id"`
	PersonKey              int    `json:"person_key"`
	Code                   string `json:"code"`
	LastName               string `json:"last_name"`
	FirstName              string `json:"first_name"`
	LastNameKana           string `json:"last_name_kana"`
	FirstNameKana          string `json:"first_name_kana"`
	Email                  string `json:"email"`
	OrganizationID         int    `json:"organization_id"`
	SubgroupIDs            []int  `json:"subgroup_ids"`
	EmploymentCategory     string `json:"employment_category"`
	PermissionType         int    `json:"permission_type"`
	ManagedOrganizationIDs []int  `json:"managed_organization_ids"`
}

// DumpStamp is a row of Dump.Stamps.
type DumpStamp struct {
	StaffID   int    `json:"staff_id"`
	StampedAt string `json:"stamped_at"`
	Type      int    `json:"type"`
	Method    int    `json:"method"`
	OrgID     int    `json:"org_id"`
}

// DumpBreak is a pause of a DumpRecord.
type DumpBreak struct {
	StartTime string `json:"start_time"`
	EndTime   string `json:"end_time"`
}

// DumpRecord is a row of Dump.WorkingRecords.
type DumpRecord struct {
	StaffID            int         `json:"staff_id"`
	Date               string      `json:"date"`
	WorkingDayCategory int         `json:"working_day_category"`
	StartTime          *string     `json:"start_time"`
	EndTime            *string     `json:"end_time"`
	StartPunchTime     *string     `json:"start_punch_time"`
	EndPunchTime       *string     `json:"end_punch_time"`
	WorkedMinutes      *int        `json:"worked_minutes"`
	Breaks             []DumpBreak `json:"breaks"`
}

// DumpProject is a row of Dump.Projects.
type DumpProject struct {
	ProjectID       int     `json:"project_id"`
	Code            string  `json:"code"`
	Name            string  `json:"name"`
	ShortName       string  `json:"short_name"`
	Remarks         string  `json:"remarks"`
	StartDate       *string `json:"start_date"`
	EndDate         *string `json:"end_date"`
	AllStaffsTarget bool    `json:"all_staffs_target"`
	StaffIDs        []int   `json:"staff_ids"`
	OwnerStaffIDs   []int   `json:"owner_staff_ids"`
}

// DumpTask is a row of Dump.Tasks.
type DumpTask struct {
	TaskID           int    `json:"task_id"`
	ProjectID        int    `json:"project_id"`
	Code             string `json:"code"`
	Name             string `json:"name"`
	Index            int    `json:"index"`
	EstimatedMinutes int    `json:"estimated_minutes"`
	EstimatedYen     int    `json:"estimated_yen"`
	IsFinished       bool   `json:"is_finished"`
}

// DumpManhour is a row of Dump.Manhours.
type DumpManhour struct {
	StaffID   int    `json:"staff_id"`
	Date      string `json:"date"`
	ProjectID int    `json:"project_id"`
	TaskID    int    `json:"task_id"`
	Minutes   int    `json:"minutes"`
	Comment   string `json:"comment"`
	IsClosed  bool   `json:"is_closed"`
}

// DumpToken is a row of Dump.Tokens; Token shows the last four characters.
type DumpToken struct {
	StaffID   int    `json:"staff_id"`
	Token     string `json:"token"`
	ExpiredAt string `json:"expired_at"`
}

// Dump returns the full state as a Dump.
func (s *Simulator) Dump() any {
	s.mu.RLock()
	defer s.mu.RUnlock()
	st := s.state
	d := Dump{
		Company: s.opts.Company, Today: st.company.Today.Format(layoutDay),
		Organizations: []DumpOrganization{}, Staffs: []DumpStaff{}, Projects: []DumpProject{},
		Tasks: []DumpTask{}, Manhours: []DumpManhour{}, Tokens: []DumpToken{},
	}
	for _, o := range st.organizations {
		w := o.wire()
		d.Organizations = append(d.Organizations, DumpOrganization{o.id, w.ParentID, w.Code, o.name})
	}
	for _, one := range st.staffs {
		d.addStaff(st, one)
	}
	for _, p := range st.projects {
		d.addProject(p)
	}
	for text, t := range st.tokens {
		masked := "********"
		if len(text) > 12 {
			masked += text[len(text)-4:]
		}
		d.Tokens = append(d.Tokens, DumpToken{t.staff, masked, instant(t.expires)})
	}
	slices.SortFunc(d.Tokens, func(a, b DumpToken) int {
		return cmp.Or(cmp.Compare(a.StaffID, b.StaffID), cmp.Compare(a.Token, b.Token))
	})
	return d
}

func (d *Dump) addStaff(st *state, one *staff) {
	d.Staffs = append(d.Staffs, DumpStaff{
		StaffID: one.id, PersonKey: one.person.Key, Code: one.code,
		LastName: one.lastName, FirstName: one.firstName,
		LastNameKana: one.lastKana, FirstNameKana: one.firstKana, Email: one.email,
		OrganizationID: one.organization, SubgroupIDs: slices.Clone(one.subgroups), EmploymentCategory: one.employment,
		PermissionType: int(one.permission), ManagedOrganizationIDs: slices.Clone(one.managed),
	})
	for _, m := range st.manhours[one.id] {
		d.Manhours = append(d.Manhours, DumpManhour{
			StaffID: one.id, Date: m.date.Format(layoutDay), ProjectID: m.project, TaskID: m.task,
			Minutes: m.minutes, Comment: m.comment, IsClosed: m.closed,
		})
	}
	if len(st.company.People) > maxDumpPeople {
		return
	}
	days, _ := st.company.Attendance(one.person.Key)
	for _, day := range days {
		for _, punch := range day.Punches {
			d.Stamps = append(d.Stamps, DumpStamp{
				one.id, instant(punch.At), int(punch.Kind), methodOf(punch), one.organization,
			})
		}
		d.WorkingRecords = append(d.WorkingRecords, dumpRecord(one, day))
	}
}

func dumpRecord(one *staff, day company.Day) DumpRecord {
	row := DumpRecord{
		StaffID: one.id, Date: day.Date.Format(layoutDay), WorkingDayCategory: int(day.Kind),
		StartTime: instantOrNull(day.Start), EndTime: instantOrNull(day.End),
		WorkedMinutes: workedMinutes(day), Breaks: []DumpBreak{},
	}
	row.StartPunchTime, row.EndPunchTime = punchTimes(day)
	for _, b := range day.Breaks {
		row.Breaks = append(row.Breaks, DumpBreak{instant(b.Start), instant(b.End)})
	}
	return row
}

func (d *Dump) addProject(p *project) {
	d.Projects = append(d.Projects, DumpProject{
		ProjectID: p.id, Code: p.Code, Name: p.Name, ShortName: p.ShortName, Remarks: p.Remarks,
		StartDate: slashed(p.StartsOn), EndDate: slashed(p.EndsOn), AllStaffsTarget: p.Open,
		StaffIDs: append([]int{}, p.members...), OwnerStaffIDs: append([]int{}, p.owner...),
	})
	for _, t := range p.Tasks {
		d.Tasks = append(d.Tasks, DumpTask{
			TaskID: TaskID(t.Key), ProjectID: p.id, Code: t.Code, Name: t.Name, Index: t.Index,
			EstimatedMinutes: t.EstimatedMinutes, EstimatedYen: t.EstimatedYen, IsFinished: t.Finished,
		})
	}
}
