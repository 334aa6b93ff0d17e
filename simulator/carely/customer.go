package carely

import (
	"context"
	"strconv"
	"time"

	"github.com/hitotsu/hitotsu/simulator/control"
)

type customerInput struct {
	UUID, Bio, BornOn, BranchUUID, BranchName, DepartmentName, DepartmentUUID *string
	Email, EmployeeNumber, EmploymentStatus, Fullname, FullnameJa, Gender     *string
	GroupAnalysisName, GroupAnalysisUUID, HasStressCheck, JobTitle, JoinOn    *string
	RetireOn, WorkingArrangement, WorkplaceUUID, WorkplaceName                *string
	HealthInsuranceSymbol, HealthInsuranceNumber, HealthcheckUnionName        *string
	InsuranceCardName, InsuranceCardNameJa, LoginID                           *string
	IsSendMail, RemoveProfilePicture                                          *bool
	ProfilePicture                                                            *upload
}

// UpsertCustomer updates the customer of that uuid or, without one, adds a new
// customer (document, "Customer Mutation").
func (r *resolver) UpsertCustomer(
	ctx context.Context, args struct{ CustomerInput customerInput },
) (*Customer, error) {
	if err := need(ctx, "upsertCustomer", customerRead, customerWrite); err != nil {
		return nil, err
	}
	d, in := r.s.data, args.CustomerInput
	var p problems
	stored := (*Customer)(nil)
	next := Customer{}
	if in.UUID == nil {
		in.checkNew(&p)
		next.setStatus("normal")
		next.setStressCheck("active")
	} else if stored = d.customer(*in.UUID); stored == nil {
		p.invalid("uuid", "UUID")
	} else {
		next = *stored
	}
	in.setPlain(&next, &p)
	d.setPicture(&next, in, &p)
	d.setPlaces(&next, in, &p)
	if errs := p.text(); errs != nil {
		return &Customer{Errors: errs}, nil
	}
	if stored == nil {
		next.UUID = new(uuid(d.seed, "customer", "new "+strconv.Itoa(len(d.customers))))
		stored = &Customer{}
		if next.ProfilePicturePath != nil {
			next.ProfilePicturePath = new(picturePath(*next.UUID, in.ProfilePicture.name))
		}
		d.customers = append(d.customers, stored)
	}
	if in.UUID == nil && (in.IsSendMail == nil || *in.IsSendMail) && next.Email != nil {
		d.mails[*next.UUID]++ // a new customer is invited (document, "Customer Mutation")
	}
	if in.LoginID != nil {
		d.logins[*next.UUID] = *in.LoginID
	}
	*stored = next
	d.adopt(stored)
	d.recount()
	d.keepPicture(*next.UUID, in)
	control.NoteWrite(ctx, "upsertCustomer", in.fields(*next.UUID))
	return r.s.answered(d.view(stored)), nil
}

// checkNew asks for what a new customer must have. The mail address is no part
// of it any more since 2024-05-30 (facts 2.5).
func (in customerInput) checkNew(p *problems) {
	if in.BranchUUID == nil && in.BranchName == nil {
		p.blank("branch", "登録グループ")
	}
	if text(in.EmployeeNumber) == "" {
		p.blank("employee_number", "社員番号")
	}
	if text(in.Fullname) == "" {
		p.blank("fullname", "本名")
	}
	if in.Gender == nil {
		p.blank("gender", "性別")
	}
}

func (in customerInput) setPlain(c *Customer, p *problems) {
	for _, f := range []struct {
		from *string
		to   **string
	}{
		{in.Bio, &c.Bio},
		{in.Email, &c.Email},
		{in.EmployeeNumber, &c.EmployeeNumber},
		{in.Fullname, &c.Fullname},
		{in.FullnameJa, &c.FullnameJa},
		{in.JobTitle, &c.JobTitle},
		{in.WorkingArrangement, &c.WorkingArrangement},
		{in.HealthInsuranceSymbol, &c.HealthInsuranceSymbol},
		{in.HealthInsuranceNumber, &c.HealthInsuranceNumber},
		{in.HealthcheckUnionName, &c.HealthcheckUnionName},
		{in.InsuranceCardName, &c.InsuranceCardName},
		{in.InsuranceCardNameJa, &c.InsuranceCardNameJa},
	} {
		if f.from != nil {
			*f.to = filled(*f.from)
		}
	}
	for _, f := range []struct {
		from         *string
		to           **string
		field, label string
	}{
		{in.BornOn, &c.BornOn, "born_on", "生年月日"},
		{in.JoinOn, &c.JoinOn, "join_on", "入社年月日"},
		{in.RetireOn, &c.RetireOn, "retire_on", "退職日"},
	} {
		if f.from == nil {
			continue
		}
		day, ok := parseDate(*f.from)
		if !ok {
			p.invalid(f.field, f.label)
			continue
		}
		*f.to = new(day.Format(time.DateOnly))
	}
	if in.Gender != nil {
		c.setGender(*in.Gender)
	}
	if in.EmploymentStatus != nil {
		c.setStatus(*in.EmploymentStatus)
	}
	if in.HasStressCheck != nil {
		c.setStressCheck(*in.HasStressCheck)
	}
}

// setPlaces sets branch, department, group and workplace. A new branch clears
// the three that are not sent again; an unknown name makes a new one, an
// unknown uuid is an error (document, "登録グループ(branch)を変更する場合").
func (d *data) setPlaces(c *Customer, in customerInput, p *problems) {
	if in.BranchUUID != nil || in.BranchName != nil {
		branch := find(d.branches, func(b *Branch) bool {
			return named(in.BranchUUID, b.UUID, in.BranchName, b.DisplayName)
		})
		if branch == nil {
			p.invalid("branch", "登録グループ")
			return
		}
		if branch != c.Branch {
			c.Branch, c.Department, c.GroupAnalysis, c.Workplace = branch, nil, nil, nil
		}
	}
	here := func(home any) bool { return d.home[home] == c.Branch }
	var ok bool
	if c.Department, ok = place(c.Department, d.departments, in.DepartmentUUID, in.DepartmentName,
		func(o *Department) bool {
			return here(o) && named(in.DepartmentUUID, o.UUID, in.DepartmentName, o.DisplayName)
		}, &Department{DisplayName: in.DepartmentName}); !ok {
		p.invalid("department", "部署")
	}
	if c.GroupAnalysis, ok = place(c.GroupAnalysis, d.groups, in.GroupAnalysisUUID, in.GroupAnalysisName,
		func(g *GroupAnalysis) bool {
			return here(g) && named(in.GroupAnalysisUUID, g.UUID, in.GroupAnalysisName, g.DisplayName)
		}, &GroupAnalysis{DisplayName: in.GroupAnalysisName}); !ok {
		p.invalid("group_analysis", "集団分析単位")
	}
	if c.Workplace, ok = place(c.Workplace, d.workplaces, in.WorkplaceUUID, in.WorkplaceName,
		func(w *Workplace) bool {
			return here(w) && named(in.WorkplaceUUID, w.UUID, in.WorkplaceName, w.Name)
		}, &Workplace{Name: in.WorkplaceName}); !ok {
		p.invalid("workplace", "事業場")
	}
}

// place is where somebody belongs after an input: where they are when neither
// uuid nor name is sent, nowhere when the name is empty (ours), a fresh one when
// the name is unknown. An unknown uuid is not ok.
func place[T any](now *T, list []*T, uuid, name *string, match func(*T) bool, fresh *T) (*T, bool) {
	switch {
	case uuid == nil && name == nil:
		return now, true
	case uuid == nil && *name == "":
		return nil, true
	}
	if found := find(list, match); found != nil {
		return found, true
	}
	if uuid != nil {
		return nil, false
	}
	return fresh, true
}

// adopt registers what an accepted input named for the first time; a refused
// one leaves nothing behind.
func (d *data) adopt(c *Customer) {
	if c.Department != nil && c.Department.UUID == nil {
		name := *c.Department.DisplayName
		c.Department = d.addDepartment("new "+text(c.Branch.UUID)+name, name, c.Branch)
	}
	if c.GroupAnalysis != nil && c.GroupAnalysis.UUID == nil {
		c.GroupAnalysis = d.addGroup(*c.GroupAnalysis.DisplayName, c.Branch)
	}
	if c.Workplace != nil && c.Workplace.UUID == nil {
		c.Workplace = d.addWorkplace(*c.Workplace.Name, c.Branch)
	}
}

// named finds by uuid or, when none is sent, by name: the document wants one of
// the two; that the uuid wins is ours.
func named(wantUUID, uuid, wantName, name *string) bool {
	if wantUUID != nil {
		return is(wantUUID, uuid)
	}
	return is(wantName, name)
}

func is(want, have *string) bool { return want != nil && have != nil && *want == *have }

func find[T any](list []*T, match func(*T) bool) *T {
	for _, v := range list {
		if match(v) {
			return v
		}
	}
	return nil
}
