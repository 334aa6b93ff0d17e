package native

import (
	"context"
	"slices"
	"strings"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/reads"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// MaxValues is the most values of one search of Carely. The limit is the
// gateway's; the vendor names none.
const MaxValues = 300

// Carely is one link to Carely in Carely's own words. It keeps nothing: a
// customer's record holds health data.
type Carely struct {
	link   hr.Link
	client *carely.Client
	dir    *directory.Directory
	reads  *reads.Reader
}

// Carely returns Carely's own side of a link, or the fault NOT_CONNECTED.
func (n *Native) Carely(link string) (*Carely, error) {
	client, ok := n.opts.Carely[link]
	if !ok {
		return nil, notConnected(hr.Carely, link)
	}
	return &Carely{
		link: hr.Link{System: hr.Carely, Name: link}, client: client, dir: n.opts.Directory, reads: n.opts.Reads,
	}, nil
}

type (
	// CarelyGroup is a branch, department, workplace or unit of group analysis of
	// a customer.
	CarelyGroup struct{ UUID, Name string }
	// CarelyCustomer is a customer (従業員); what Carely does not tell is nil.
	CarelyCustomer struct {
		UUID                                                           string
		EmployeeNumber, Email, Fullname, FullnameJa                    *string
		Gender                                                         *CarelyGender
		BornOn, JoinOn, RetireOn                                       *hr.Date
		JobTitle, WorkingArrangement                                   *string
		EmploymentStatus                                               *CarelyEmploymentStatus
		HasStressCheck                                                 *CarelyStressCheck
		Branch, Department, Workplace, GroupAnalysis                   *CarelyGroup
		Age, Bio, EmploymentStatusText, GenderText, HasStressCheckText *string
		HealthInsuranceNumber, HealthInsuranceSymbol                   *string
		HealthcheckUnionName, InsuranceCardName, InsuranceCardNameJa   *string
		ProfilePicturePath                                             *string
	}
	// CarelyOvertime is a customer's overtime of a month.
	CarelyOvertime struct {
		UUID                         string
		YearMonth                    *hr.Month
		Minute                       *int
		CustomerUUID, EmployeeNumber *string
	}
)

// SortKey orders customers by uuid.
func (c *CarelyCustomer) SortKey() string { return c.UUID }

// SortKey orders overtimes by uuid.
func (o *CarelyOvertime) SortKey() string { return o.UUID }

type (
	// CarelyGender is a customer's gender, in capitals.
	CarelyGender string
	// CarelyEmploymentStatus is a customer's employmentStatus, in capitals.
	CarelyEmploymentStatus string
	// CarelyStressCheck is a customer's hasStressCheck, in capitals.
	CarelyStressCheck string
)

func carelyGenders() []CarelyGender { return []CarelyGender{"MALE", "FEMALE"} }

func carelyStatuses() []CarelyEmploymentStatus {
	return []CarelyEmploymentStatus{"NORMAL", "LIMITED", "ABSENT", "RETIRE", "EXPIRED"}
}

func carelyStressChecks() []CarelyStressCheck { return []CarelyStressCheck{"ACTIVE", "IN_ACTIVE"} }

type (
	// CarelyCustomerFilter narrows customers; all that is given must hold.
	CarelyCustomerFilter struct{ EmployeeNumbers, BranchNames, Emails, Names []string }
	// CarelyOvertimeFilter narrows overtimes; all that is given must hold.
	CarelyOvertimeFilter struct{ EmployeeNumbers, CustomerUUIDs, BranchNames, BranchUUIDs []string }
)

// Customers reads the customers that match: ceil(N/100) calls. Details are the
// fields from Age on, which are left empty without.
func (c *Carely) Customers(
	ctx context.Context, f *CarelyCustomerFilter, details bool,
) ([]*CarelyCustomer, error) {
	var q carely.CustomersQuery
	if f != nil {
		q = carely.CustomersQuery{
			EmployeeNumbers: f.EmployeeNumbers, BranchNames: f.BranchNames, Emails: f.Emails, Names: f.Names,
		}
	}
	if err := fewValues(q.EmployeeNumbers, q.BranchNames, q.Emails, q.Names); err != nil {
		return nil, err
	}
	var out []*CarelyCustomer
	if details {
		rows, err := c.client.CustomerDetails(ctx, q)
		if out, err = mapped(rows, err, carelyDetail); err != nil {
			return nil, err
		}
	} else {
		rows, err := c.client.Customers(ctx, q)
		if out, err = mapped(rows, err, carelyCustomer); err != nil {
			return nil, err
		}
	}
	for _, r := range out {
		if !within(r.EmployeeNumber, q.EmployeeNumbers) {
			return nil, c.stranger()
		}
	}
	return out, nil
}

// within tells whether a row has one of the values that were searched for, if any
// were. It is for searches that are documented as exact; how Carely compares
// letters' case and width is not, nor how it matches names and addresses.
func within(value *string, searched []string) bool {
	return len(searched) == 0 || value != nil && slices.ContainsFunc(searched, func(s string) bool {
		return hr.Fold(strings.TrimSpace(s)) == hr.Fold(strings.TrimSpace(*value))
	})
}

// stranger says that an answer is about somebody who was not searched for.
func (c *Carely) stranger() error {
	return fault.Upstream(fault.UpstreamBadResponse, string(hr.Carely), c.link.Name,
		"the answer holds another person than those searched for")
}

// Overtimes reads the overtimes that match: ceil(N/100) calls.
func (c *Carely) Overtimes(ctx context.Context, f *CarelyOvertimeFilter) ([]*CarelyOvertime, error) {
	var q carely.OvertimesQuery
	if f != nil {
		q = carely.OvertimesQuery{
			EmployeeNumbers: f.EmployeeNumbers, CustomerUUIDs: f.CustomerUUIDs,
			BranchNames: f.BranchNames, BranchUUIDs: f.BranchUUIDs,
		}
	}
	if err := fewValues(q.EmployeeNumbers, q.CustomerUUIDs, q.BranchNames, q.BranchUUIDs); err != nil {
		return nil, err
	}
	rows, err := c.client.Overtimes(ctx, q)
	out, err := mapped(rows, err, func(o *carely.Overtime) *CarelyOvertime {
		out := &CarelyOvertime{
			UUID: o.Uuid, Minute: o.Minute,
			CustomerUUID: text(o.Customer.Uuid), EmployeeNumber: text(o.Customer.EmployeeNumber),
		}
		if d := dateOrNil(o.YearMonth); d != nil {
			m := d.Month()
			out.YearMonth = &m
		}
		return out
	})
	if err != nil {
		return nil, err
	}
	for _, o := range out {
		if !within(o.EmployeeNumber, q.EmployeeNumbers) || !within(o.CustomerUUID, q.CustomerUUIDs) {
			return nil, c.stranger()
		}
	}
	return out, nil
}

// fewValues bounds the values of searches.
func fewValues(searches ...[]string) error {
	for _, values := range searches {
		if len(values) > MaxValues {
			return fault.New(fault.BadUserInput, "a search takes at most %d values", MaxValues)
		}
	}
	return nil
}

func carelyCustomer(r *carely.Customer) *CarelyCustomer {
	return &CarelyCustomer{
		UUID: r.Uuid, EmployeeNumber: text(r.EmployeeNumber), Email: text(r.Email),
		Fullname: text(r.Fullname), FullnameJa: text(r.FullnameJa),
		Gender: wordOrNil(string(r.Gender), carelyGenders()),
		BornOn: dateOrNil(r.BornOn), JoinOn: dateOrNil(r.JoinOn), RetireOn: dateOrNil(r.RetireOn),
		JobTitle: text(r.JobTitle), WorkingArrangement: text(r.WorkingArrangement),
		EmploymentStatus: wordOrNil(string(r.EmploymentStatus), carelyStatuses()),
		HasStressCheck:   wordOrNil(string(r.HasStressCheck), carelyStressChecks()),
		Branch:           carelyGroup(r.Branch.Uuid, r.Branch.DisplayName),
		Department:       carelyGroup(r.Department.Uuid, r.Department.DisplayName),
		Workplace:        carelyGroup(r.Workplace.Uuid, r.Workplace.Name),
		GroupAnalysis:    carelyGroup(r.GroupAnalysis.Uuid, r.GroupAnalysis.DisplayName),
	}
}

func carelyDetail(r *carely.CustomerDetail) *CarelyCustomer {
	out := carelyCustomer(&r.Customer)
	out.Age, out.Bio, out.GenderText = text(r.Age), text(r.Bio), text(r.GenderText)
	out.EmploymentStatusText, out.HasStressCheckText = text(r.EmploymentStatusText), text(r.HasStressCheckText)
	out.HealthInsuranceNumber = text(r.HealthInsuranceNumber)
	out.HealthInsuranceSymbol = text(r.HealthInsuranceSymbol)
	out.HealthcheckUnionName = text(r.HealthcheckUnionName)
	out.InsuranceCardName, out.InsuranceCardNameJa = text(r.InsuranceCardName), text(r.InsuranceCardNameJa)
	out.ProfilePicturePath = text(r.ProfilePicturePath)
	return out
}

func carelyGroup(uuid, name string) *CarelyGroup {
	if uuid == "" {
		return nil
	}
	return &CarelyGroup{UUID: uuid, Name: carely.NormalName(name)}
}

// mapped translates rows; an error says what the vendor said.
func mapped[V, T any](rows []V, err error, translate func(*V) *T) ([]*T, error) {
	if err != nil {
		return nil, spoken(err)
	}
	out := make([]*T, len(rows))
	for i := range rows {
		out[i] = translate(&rows[i])
	}
	return out, nil
}

// spoken adds what Carely, Jobcan or YESOD said to the error of a read, once.
func spoken(err error) error {
	var words []string
	if r := transport.RefusalOf(err); r != nil {
		words = r.Messages
	}
	if r := carely.RefusalOf(err); r != nil {
		words = r.Messages
	}
	if len(words) == 0 || fault.From(err).VendorMessage != "" {
		return err
	}
	return saying(err, strings.Join(words, " / "))
}

// dateOrNil reads a vendor's day; what is none is nil.
func dateOrNil(s string) *hr.Date {
	d, err := hr.ParseDate(s)
	if err != nil {
		return nil
	}
	return &d
}

// wordOrNil finds a vendor's word among those known, without regard to case; a
// word that a later version of the vendor brings is nil.
func wordOrNil[T ~string](word string, known []T) *T {
	for _, k := range known {
		if strings.EqualFold(string(k), word) {
			return &k
		}
	}
	return nil
}
