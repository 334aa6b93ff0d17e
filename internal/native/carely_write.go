package native

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/upstream/carely"
)

// carelyWritesAtOnce bounds the rows in the air; the link's quota paces them.
const carelyWritesAtOnce = 4

type (
	// CarelyCustomerInput is a row of UpsertCustomers: a change of the customer
	// UUID, or a new one without. What is nil is not sent.
	CarelyCustomerInput struct {
		UUID                                         *string
		EmployeeNumber, Email, Fullname, FullnameJa  *string
		Gender                                       *CarelyGender
		BornOn, JoinOn, RetireOn                     *hr.Date
		JobTitle, WorkingArrangement, Bio, LoginID   *string
		EmploymentStatus                             *CarelyEmploymentStatus
		HasStressCheck                               *CarelyStressCheck
		BranchUUID, BranchName                       *string
		DepartmentUUID, DepartmentName               *string
		WorkplaceUUID, WorkplaceName                 *string
		GroupAnalysisUUID, GroupAnalysisName         *string
		ClearGroups                                  *bool
		HealthInsuranceNumber, HealthInsuranceSymbol *string
		HealthcheckUnionName                         *string
		InsuranceCardName, InsuranceCardNameJa       *string
		ProfilePicture                               *string
		RemoveProfilePicture, IsSendMail             *bool
	}
	// CarelyCustomerOutcome is what became of a row.
	CarelyCustomerOutcome struct {
		Verdict
		// Errors are what Carely finds wrong. They may repeat what was sent, and are
		// for the sender only.
		Errors   []*CarelyFieldError
		Customer *CarelyCustomer
	}
	// CarelyFieldError is what Carely finds wrong with one field.
	CarelyFieldError struct {
		Field           string
		Codes, Messages []string
	}
)

// UpsertCustomers changes or makes customers, a few rows at a time: one call a
// row. It tells what became of each, in order.
func (c *Carely) UpsertCustomers(ctx context.Context, rows []CarelyCustomerInput) []*CarelyCustomerOutcome {
	out := make([]*CarelyCustomerOutcome, len(rows))
	var running sync.WaitGroup
	places := make(chan struct{}, carelyWritesAtOnce)
	for i := range rows {
		out[i] = &CarelyCustomerOutcome{Verdict: Verdict{Row: i}, Errors: []*CarelyFieldError{}}
		if f := checkCustomer(&rows[i]); f != nil {
			out[i].refuse(f)
			continue
		}
		if j := sameCustomer(rows[:i], &rows[i]); j >= 0 {
			out[i].refuse(fault.New(fault.BadUserInput, "row %d names the same customer", j))
			out[i].Outcome = hr.WriteConflict
			continue
		}
		running.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			c.upsertCustomer(ctx, &rows[i], out[i])
		})
	}
	running.Wait()
	if slices.ContainsFunc(out, func(o *CarelyCustomerOutcome) bool { return o.changed() }) {
		c.wroteCustomers(ctx, out)
		c.reads.ForgetCarelyUnits(ctx, c.link)
	}
	return out
}

// wroteCustomers makes those who changed be read anew. One whose answer was lost
// may have another number than before, so that everybody is.
func (c *Carely) wroteCustomers(ctx context.Context, rows []*CarelyCustomerOutcome) {
	var changed []directory.Written
	for _, o := range rows {
		if !o.changed() {
			continue
		}
		var w directory.Written
		if o.Customer != nil {
			w.Known = sources.Known{ID: o.Customer.UUID, Number: textOf(o.Customer.EmployeeNumber)}
		}
		changed = append(changed, w)
	}
	c.dir.Wrote(ctx, c.link, changed...)
}

// checkCustomer holds a row against the rules that the client does not know.
func checkCustomer(in *CarelyCustomerInput) *fault.Error {
	// An empty text would be left out, and an empty uuid would make a new
	// customer.
	if name := emptyText(in); name != "" {
		return fault.New(fault.BadUserInput, "%s is empty; leave it out, which changes nothing", name)
	}
	branch := in.BranchUUID != nil || in.BranchName != nil
	given := (in.DepartmentUUID != nil || in.DepartmentName != nil) &&
		(in.WorkplaceUUID != nil || in.WorkplaceName != nil) &&
		(in.GroupAnalysisUUID != nil || in.GroupAnalysisName != nil)
	clearing := in.ClearGroups != nil && *in.ClearGroups
	switch {
	case in.UUID != nil && branch && !given && !clearing:
		return fault.New(fault.BadUserInput, "a change of the branch clears the department, workplace and group of "+
			"analysis that are not given: give all three, or clearGroups: true")
	case clearing && (in.UUID == nil || !branch):
		return fault.New(fault.BadUserInput, "clearGroups only goes with a change of the branch of a customer")
	}
	return nil
}

// emptyText names a text that is given and blank, "" for none.
func emptyText(in *CarelyCustomerInput) string {
	for _, f := range []struct {
		name string
		text *string
	}{
		{"uuid", in.UUID},
		{"employeeNumber", in.EmployeeNumber},
		{"email", in.Email},
		{"fullname", in.Fullname},
		{"fullnameJa", in.FullnameJa},
		{"jobTitle", in.JobTitle},
		{"workingArrangement", in.WorkingArrangement},
		{"bio", in.Bio},
		{"loginId", in.LoginID},
		{"branchUuid", in.BranchUUID},
		{"branchName", in.BranchName},
		{"departmentUuid", in.DepartmentUUID},
		{"departmentName", in.DepartmentName},
		{"workplaceUuid", in.WorkplaceUUID},
		{"workplaceName", in.WorkplaceName},
		{"groupAnalysisUuid", in.GroupAnalysisUUID},
		{"groupAnalysisName", in.GroupAnalysisName},
		{"healthInsuranceNumber", in.HealthInsuranceNumber},
		{"healthInsuranceSymbol", in.HealthInsuranceSymbol},
		{"healthcheckUnionName", in.HealthcheckUnionName},
		{"insuranceCardName", in.InsuranceCardName},
		{"insuranceCardNameJa", in.InsuranceCardNameJa},
		{"profilePicture", in.ProfilePicture},
	} {
		if f.text != nil && strings.TrimSpace(*f.text) == "" {
			return f.name
		}
	}
	return ""
}

// sameCustomer finds an earlier row about the same customer, -1 for none.
func sameCustomer(earlier []CarelyCustomerInput, in *CarelyCustomerInput) int {
	return slices.IndexFunc(earlier, func(e CarelyCustomerInput) bool {
		if in.UUID != nil {
			return e.UUID != nil && *e.UUID == *in.UUID
		}
		return e.UUID == nil && e.EmployeeNumber != nil && in.EmployeeNumber != nil &&
			*e.EmployeeNumber == *in.EmployeeNumber
	})
}

func (c *Carely) upsertCustomer(ctx context.Context, in *CarelyCustomerInput, out *CarelyCustomerOutcome) {
	var picture *carely.Picture
	if in.ProfilePicture != nil {
		var err error
		if picture, err = carely.DecodePicture(*in.ProfilePicture); err != nil {
			out.refuse(fault.From(err))
			return
		}
	}
	row, err := c.client.UpsertCustomer(ctx, carelyInput(in), picture)
	if err == nil {
		out.Outcome, out.Customer = hr.WriteApplied, carelyDetail(&row)
		return
	}
	out.lost(err)
	if refusal := carely.RefusalOf(err); refusal != nil {
		out.Errors = carelyErrors(refusal)
		out.VendorMessage = text(strings.Join(refusal.Messages, " / "))
	}
}

func carelyErrors(r *carely.Refusal) []*CarelyFieldError {
	out := []*CarelyFieldError{}
	for _, f := range r.Fields {
		out = append(out, &CarelyFieldError{
			Field: f.Field, Codes: append([]string{}, f.Codes...), Messages: append([]string{}, f.Messages...),
		})
	}
	for _, p := range r.Problems {
		out = append(out, &CarelyFieldError{
			Field: strings.Join(p.Path, "."), Codes: []string{}, Messages: []string{p.Explanation},
		})
	}
	return out
}

func carelyInput(in *CarelyCustomerInput) carely.CustomerInput {
	out := carely.CustomerInput{
		Uuid: textOf(in.UUID), Bio: textOf(in.Bio), LoginId: textOf(in.LoginID),
		BornOn: dateText(in.BornOn), JoinOn: dateText(in.JoinOn), RetireOn: dateText(in.RetireOn),
		BranchUuid: textOf(in.BranchUUID), BranchName: textOf(in.BranchName),
		DepartmentUuid: textOf(in.DepartmentUUID), DepartmentName: textOf(in.DepartmentName),
		WorkplaceUuid: textOf(in.WorkplaceUUID), WorkplaceName: textOf(in.WorkplaceName),
		GroupAnalysisUuid: textOf(in.GroupAnalysisUUID), GroupAnalysisName: textOf(in.GroupAnalysisName),
		Email: textOf(in.Email), EmployeeNumber: textOf(in.EmployeeNumber),
		Fullname: textOf(in.Fullname), FullnameJa: textOf(in.FullnameJa),
		JobTitle: textOf(in.JobTitle), WorkingArrangement: textOf(in.WorkingArrangement),
		HealthInsuranceNumber: textOf(in.HealthInsuranceNumber), HealthInsuranceSymbol: textOf(in.HealthInsuranceSymbol),
		HealthcheckUnionName: textOf(in.HealthcheckUnionName),
		InsuranceCardName:    textOf(in.InsuranceCardName), InsuranceCardNameJa: textOf(in.InsuranceCardNameJa),
		IsSendMail: in.IsSendMail, RemoveProfilePicture: in.RemoveProfilePicture != nil && *in.RemoveProfilePicture,
	}
	// Types of what genqlient generates are told by the fields alone.
	setWord(&out.Gender, in.Gender)
	setWord(&out.EmploymentStatus, in.EmploymentStatus)
	setWord(&out.HasStressCheck, in.HasStressCheck)
	return out
}

// setWord writes an enumeration's value as the vendor spells it.
func setWord[T, W ~string](into *T, word *W) {
	if word != nil {
		*into = T(strings.ToLower(string(*word)))
	}
}

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func dateText(d *hr.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}
