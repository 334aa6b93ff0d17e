package carely

import (
	"context"
	"math"

	"github.com/Khan/genqlient/graphql"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/carely/generated"
)

// CustomerInput is what upsertCustomer takes. An empty field is not sent and
// changes nothing. ProfilePicture is the client's to fill: see UpsertCustomer.
//
// A new customer needs a branch, EmployeeNumber, Fullname and Gender, and begins
// as employed (normal) and as subject to the stress check (active). A name of a
// department, group or workplace that does not exist is made silently. A change
// of branch clears department, group and workplace that are not sent with it.
type CustomerInput = generated.CustomerInput

// UpsertCustomer changes the customer in.Uuid, or makes a new one when it is
// empty, and returns the values as Carely has them then. picture replaces the
// profile picture, nil leaves it.
//
// A change is sent again when its answer was lost; a new customer never is, since
// that could make two people. What the documents forbid is BadUserInput before
// anything is sent; what Carely refuses is UpstreamRefused, with RefusalOf.
func (c *Client) UpsertCustomer(ctx context.Context, in CustomerInput, picture *Picture) (CustomerDetail, error) {
	if rule := customerRule(&in, picture); rule != "" {
		return CustomerDetail{}, c.forbidden(rule)
	}
	in.ProfilePicture = nil
	if picture != nil {
		in.ProfilePicture = []byte("null")
	}
	r, err := generated.UpsertCustomer(ctx, mutation{c, in.Uuid != "", picture}, in)
	if err != nil {
		return CustomerDetail{}, err
	}
	if r.UpsertCustomer == nil {
		return CustomerDetail{}, c.bad("the answer has no upsertCustomer")
	}
	got := *r.UpsertCustomer
	if err := c.accepted(got.Errors, got.Uuid); err != nil {
		return CustomerDetail{}, err
	}
	// An unknown uuid may be taken for a new customer.
	if in.Uuid != "" && got.Uuid != in.Uuid {
		return CustomerDetail{}, c.bad("the answer is about another customer; it may have been made anew")
	}
	return got, nil
}

// UpsertOvertime replaces the overtime of a customer in a month (its first day,
// yyyy-mm-dd or yyyymmdd), or makes it. The same request twice does no more than
// once, so it is sent again when its answer was lost. What Carely finds wrong with
// the values is UpstreamRefused, with RefusalOf.
func (c *Client) UpsertOvertime(ctx context.Context, customerUUID, yearMonth string, minutes int) (Overtime, error) {
	switch {
	case blank(customerUUID) || control(customerUUID, ""):
		return Overtime{}, c.forbidden("customerUuid is missing, or holds a control character")
	case !firstOfMonth(yearMonth):
		return Overtime{}, c.forbidden("yearMonth is the first day of a month, yyyy-mm-dd or yyyymmdd")
	case minutes > math.MaxInt32 || minutes < math.MinInt32:
		return Overtime{}, c.forbidden("minute does not fit 32 bits")
	}
	r, err := generated.UpsertOvertime(ctx, mutation{c, true, nil}, generated.ApiOvertimeInput{
		CustomerUuid: customerUUID, YearMonth: yearMonth, Minute: minutes,
	})
	if err != nil {
		return Overtime{}, err
	}
	if r.UpsertOvertime == nil {
		return Overtime{}, c.bad("the answer has no upsertOvertime")
	}
	if err := c.accepted(r.UpsertOvertime.Errors, r.UpsertOvertime.Uuid); err != nil {
		return Overtime{}, err
	}
	return *r.UpsertOvertime, nil
}

// accepted judges the record that a mutation returned.
func (c *Client) accepted(errors, uuid string) error {
	refusal, err := recordRefusal(errors)
	switch {
	case err != nil:
		return c.bad("the errors of the answer cannot be read")
	case refusal != nil:
		fe := c.t.Fault(fault.UpstreamRefused, "Carely finds the values wrong")
		fe.VendorCode = refusal.code()
		return fe.Because(refusal)
	case uuid == "":
		return c.bad("the answer has no uuid")
	}
	return nil
}

// mutation sends one mutation.
type mutation struct {
	*Client
	idempotent bool
	picture    *Picture
}

// MakeRequest implements graphql.Client.
func (m mutation) MakeRequest(ctx context.Context, req *graphql.Request, resp *graphql.Response) error {
	if m.picture == nil {
		return m.json(ctx, req, resp, m.idempotent)
	}
	body, contentType, err := multipartRequest(req, m.picture)
	if err != nil {
		return m.t.Fault(fault.Internal, "the request could not be encoded")
	}
	return m.send(ctx, req.OpName, payload{contentType, body}, resp, m.idempotent)
}
