package native

import (
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// The inputs of AKASHI's namespace are the client's rows. Where GraphQL allows
// null and the client's row has a zero value instead, a field stands before it.
type (
	// AkashiNewOrganization is a row of 6.1.
	AkashiNewOrganization = akashi.NewOrganization
	// AkashiTransfer is a row of 6.13.
	AkashiTransfer = akashi.Transfer
	// AkashiPermission is a row of 6.14.
	AkashiPermission = akashi.Permission
	// AkashiPermissionReservation is a row of 6.15.
	AkashiPermissionReservation = akashi.PermissionReservation
	// AkashiAssignment is a row of 6.30.
	AkashiAssignment = akashi.Assignment
)

// What the client gives needs no second type where nothing of it can be null.
type (
	// AkashiProjectStaffs are the members of a project (6.29).
	AkashiProjectStaffs = akashi.ProjectStaffs
	// AkashiDisplayPunchType is a punch button of an organisation (6.2).
	AkashiDisplayPunchType = akashi.DisplayPunchType
	// AkashiOrganizationRef names an organisation.
	AkashiOrganizationRef = akashi.OrganizationRef
)

// AkashiStaffInput is a row of 6.3.
type AkashiStaffInput struct {
	// StaffID is nil for a new staff.
	StaffID *akashi.StaffID
	akashi.StaffInput
}

// AkashiWorkingCondition is a row of 6.12.
type AkashiWorkingCondition struct {
	// StaffCode is nil when Extra names the staff.
	StaffCode *string
	// Extra holds further keys.
	Extra []AkashiKeyValue
	akashi.WorkingCondition
}

// AkashiKeyValue is a key of 6.12 that has no name here.
type AkashiKeyValue struct {
	Key, Value string
}

// AkashiOrganization is an organisation of 6.2.
type AkashiOrganization struct {
	ID                akashi.OrganizationID
	ParentID          *akashi.OrganizationID
	Name              string
	Code, Label       *string
	DisplayPunchTypes []akashi.DisplayPunchType
}

func organizationOf(o akashi.Organization) *AkashiOrganization {
	return &AkashiOrganization{
		ID: o.ID, ParentID: some(o.ParentID), Name: o.Name, Code: text(o.Code), Label: text(o.Label),
		DisplayPunchTypes: o.DisplayPunchTypes,
	}
}

// AkashiStaff is a staff of 6.4.
type AkashiStaff struct {
	ID                          akashi.StaffID
	StaffNum, Email             *string
	LastName, FirstName         string
	LastNameKana, FirstNameKana *string
	Organization                *akashi.OrganizationRef
	Subgroups                   []akashi.OrganizationRef
	EmploymentCategory          AkashiEmploymentCategory
	Tag, IdmNum                 *string
	CardTypeID                  *int
	Remarks                     *string
	PermissionGroup             *AkashiPermissionGroup
	ManagedOrganizations        []akashi.OrganizationRef
}

// AkashiEmploymentCategory is an employment category of 6.4.
type AkashiEmploymentCategory struct {
	ID   *int
	Name *string
}

// AkashiPermissionGroup is what a staff may do.
type AkashiPermissionGroup struct {
	ID   *int64
	Type *int
	Name *string
}

func staffOf(s akashi.Staff) *AkashiStaff {
	out := &AkashiStaff{
		ID: s.ID, StaffNum: text(s.StaffNum), Email: text(s.Email), LastName: s.LastName, FirstName: s.FirstName,
		LastNameKana: text(s.LastNameKana), FirstNameKana: text(s.FirstNameKana), Subgroups: s.Subgroups,
		EmploymentCategory: AkashiEmploymentCategory{ID: s.EmploymentCategoryID, Name: text(s.EmploymentCategoryName)},
		Tag:                text(s.Tag), IdmNum: text(s.IdmNum), CardTypeID: s.CardTypeID, Remarks: text(s.Remarks),
		ManagedOrganizations: s.ManagedOrganizations,
	}
	if s.Organization.ID != 0 {
		out.Organization = &s.Organization
	}
	if g := s.PermissionGroup; g != (akashi.PermissionGroup{}) {
		out.PermissionGroup = &AkashiPermissionGroup{ID: some(g.ID), Name: text(g.Name)}
		if g.Type != 0 {
			out.PermissionGroup.Type = &g.Type
		}
	}
	return out
}

// AkashiProject is a project of 6.17, or as much as 6.19 says of a deleted one.
type AkashiProject struct {
	ID                         akashi.ProjectID
	Name                       string
	ShortName, Code, Remarks   *string
	StartDate, EndDate         *hr.Date
	SyncPunch, AllStaffsTarget *bool
}

func projectOf(p akashi.Project) *AkashiProject {
	out := deletedProjectOf(p)
	out.SyncPunch, out.AllStaffsTarget = &p.SyncPunch, &p.AllStaffsTarget
	return out
}

// deletedProjectOf leaves out the flags, which 6.19 does not answer.
func deletedProjectOf(p akashi.Project) *AkashiProject {
	return &AkashiProject{
		ID: p.ID, Name: p.Name, ShortName: text(p.ShortName), Code: text(p.Code), Remarks: text(p.Remarks),
		StartDate: dateOf(p.StartDate), EndDate: dateOf(p.EndDate),
	}
}

// AkashiTask is a task of 6.21, or as much as 6.23 says of a deleted one.
type AkashiTask struct {
	ID                                       akashi.TaskID
	Name                                     string
	Code                                     *string
	Index, EstimatedMinutes, EstimatedAmount *int
	IsFinished                               *bool
}

func taskOf(t akashi.Task) *AkashiTask {
	out := deletedTaskOf(t)
	out.IsFinished = &t.IsFinished
	return out
}

// deletedTaskOf leaves out the flag, which 6.23 does not answer.
func deletedTaskOf(t akashi.Task) *AkashiTask {
	return &AkashiTask{
		ID: t.ID, Name: t.Name, Code: text(t.Code), Index: t.Index,
		EstimatedMinutes: t.EstimatedMinutes, EstimatedAmount: t.EstimatedAmount,
	}
}

// AkashiStaffProject is a project that a staff takes part in (6.28).
type AkashiStaffProject struct {
	ProjectID          akashi.ProjectID
	StartDate, EndDate *hr.Date
	TaskIDs            []akashi.TaskID
}

// dateOf is nil for no date, and for one that the gateway's dates do not hold.
func dateOf(d akashi.Date) *hr.Date {
	out, err := hr.ParseDate(string(d))
	if err != nil {
		return nil
	}
	return &out
}
