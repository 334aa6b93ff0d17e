package akashi

import (
	"cmp"
	"maps"
	"slices"
	"time"

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
	Pending        []DumpPending      `json:"pending"`
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

	LastNameEN          string            `json:"last_name_en"`
	FirstNameEN         string            `json:"first_name_en"`
	IDmNumber           string            `json:"idm_number"`
	Tel                 string            `json:"tel"`
	Sex                 string            `json:"sex"`
	Tag                 string            `json:"tag"`
	Remarks             string            `json:"remarks"`
	EntryDate           *string           `json:"entry_date"`
	UseStartDate        *string           `json:"use_start_date"`
	PaidHolidayBaseDate *string           `json:"paid_holiday_base_date"`
	RetirementDate      *string           `json:"retirement_date"`
	UseOtherLoginMethod bool              `json:"use_other_login_method"`
	PermissionName      string            `json:"permission_name"`
	ManagedStaffIDs     []int             `json:"managed_staff_ids"`
	Settings            map[string]string `json:"working_condition_settings"`
}

// DumpPending is a change of 6.13 or 6.15 whose day has not come.
type DumpPending struct {
	Date           string `json:"date"`
	StaffID        int    `json:"staff_id"`
	Kind           string `json:"kind"` // transfer, permission or manage
	OrganizationID *int   `json:"organization_id"`
	Employment     string `json:"employment_category"`
	Permission     string `json:"permission_name"`
	Remove         bool   `json:"remove"`
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
	NameEN          string  `json:"name_en"`
	ShortNameEN     string  `json:"short_name_en"`
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

// endOfTime is after every stamp.
func endOfTime() time.Time { return time.Date(9999, 1, 1, 0, 0, 0, 0, company.JST) }

// Dump returns the full state as a Dump.
func (s *Simulator) Dump() any {
	s.mu.RLock()
	defer s.mu.RUnlock()
	st := s.state
	d := Dump{
		Company: s.opts.Company, Today: st.company.Today.Format(layoutDay),
		Organizations: []DumpOrganization{}, Staffs: []DumpStaff{}, Projects: []DumpProject{},
		Tasks: []DumpTask{}, Manhours: []DumpManhour{}, Tokens: []DumpToken{}, Pending: []DumpPending{},
	}
	for _, o := range st.organizations {
		w := o.wire()
		d.Organizations = append(d.Organizations, DumpOrganization{o.id, w.ParentID, w.Code, o.name})
	}
	for _, one := range st.staffs {
		d.addStaff(st, one, s.opts.Now())
	}
	for _, p := range st.projects {
		d.addProject(p)
	}
	for _, p := range st.pending {
		row := DumpPending{
			Date: p.on.Format(layoutDay), StaffID: p.staff, Kind: p.kind,
			Employment: p.employment, Permission: p.permission, Remove: p.remove,
		}
		if p.organization != 0 {
			row.OrganizationID = &p.organization
		}
		d.Pending = append(d.Pending, row)
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

func (d *Dump) addStaff(st *state, one *staff, now time.Time) {
	key := -1 // made by 6.3
	if one.person != nil {
		key = one.person.Key
	}
	d.Staffs = append(d.Staffs, DumpStaff{
		StaffID: one.id, PersonKey: key, Code: one.code,
		LastName: one.lastName, FirstName: one.firstName,
		LastNameKana: one.lastKana, FirstNameKana: one.firstKana, Email: one.email,
		OrganizationID: one.organization, SubgroupIDs: slices.Clone(one.subgroups), EmploymentCategory: one.employment,
		PermissionType: int(one.permission), ManagedOrganizationIDs: slices.Clone(one.managed),
		LastNameEN: one.lastEN, FirstNameEN: one.firstEN, IDmNumber: one.idm, Tel: one.tel, Sex: one.sex,
		Tag: one.tag, Remarks: one.remarks, EntryDate: slashed(one.entry), UseStartDate: slashed(one.useStart),
		PaidHolidayBaseDate: slashed(one.paidBase), RetirementDate: slashed(one.retired),
		UseOtherLoginMethod: one.otherLogin, PermissionName: one.permissionName,
		ManagedStaffIDs: append([]int{}, one.managedStaff...), Settings: maps.Clone(one.settings),
	})
	for _, m := range st.manhours[one.id] {
		d.Manhours = append(d.Manhours, DumpManhour{
			StaffID: one.id, Date: m.date.Format(layoutDay), ProjectID: m.project, TaskID: m.task,
			Minutes: m.minutes, Comment: m.comment, IsClosed: m.closed || closed(m.date, now),
		})
	}
	if len(st.company.People) > maxDumpPeople {
		return
	}
	for _, made := range st.stampsBetween(one, time.Time{}, endOfTime()) {
		d.Stamps = append(d.Stamps, DumpStamp{
			one.id, instant(made.At), int(made.Kind), made.method, one.organization,
		})
	}
	for _, day := range st.days(one) {
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
		ProjectID: p.id, Code: p.code, Name: p.name, ShortName: p.short, NameEN: p.nameEN, ShortNameEN: p.shortEN,
		Remarks: p.remarks, StartDate: slashed(p.startsOn), EndDate: slashed(p.endsOn), AllStaffsTarget: p.open,
		StaffIDs: append([]int{}, p.members...), OwnerStaffIDs: append([]int{}, p.owner...),
	})
	for _, t := range p.tasks {
		d.Tasks = append(d.Tasks, DumpTask{
			TaskID: t.id, ProjectID: p.id, Code: t.code, Name: t.name, Index: t.index,
			EstimatedMinutes: t.minutes, EstimatedYen: t.yen, IsFinished: t.finished,
		})
	}
}
