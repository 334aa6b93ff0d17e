package carely

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/carely/generated"
)

// UpsertOvertime replaces the overtime of a customer in a month (yyyy-mm-01), or
// makes it. It is sent once, save after a refused token. What Carely finds wrong
// with the values is UpstreamRefused with the first code of its errors.
func (c *Client) UpsertOvertime(ctx context.Context, customerUUID, yearMonth string, minutes int) (Overtime, error) {
	r, err := generated.UpsertOvertime(ctx, c, generated.ApiOvertimeInput{
		CustomerUuid: customerUUID, YearMonth: yearMonth, Minute: minutes,
	})
	if err != nil {
		return Overtime{}, err
	}
	if r.UpsertOvertime == nil {
		return Overtime{}, c.bad("the answer has no upsertOvertime")
	}
	code, wrong, readable := validation(r.UpsertOvertime.Errors)
	switch {
	case !readable:
		return Overtime{}, c.bad("the errors of the answer cannot be read")
	case wrong:
		fe := c.t.Fault(fault.UpstreamRefused, "Carely finds the values wrong")
		fe.VendorCode = code
		return Overtime{}, fe
	case r.UpsertOvertime.Uuid == "":
		return Overtime{}, c.bad("the answer has no uuid")
	}
	return *r.UpsertOvertime, nil
}

// validation reads the JSON in a record's errors: null, "" and "{}" are none. The
// code is "field.code" of the first field by name.
func validation(s string) (code string, wrong, readable bool) {
	if strings.TrimSpace(s) == "" {
		return "", false, true
	}
	var v struct {
		Errors       map[string]json.RawMessage `json:"errors"`
		FullMessages []string                   `json:"full_messages"`
		Details      map[string][]struct {
			Error any `json:"error"`
		} `json:"details"`
	}
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		return "", true, false
	}
	fields := make([]string, 0, len(v.Details))
	for f := range v.Details {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	for _, f := range fields {
		for _, d := range v.Details[f] {
			if e, is := d.Error.(string); is && code == "" {
				code = vendorCode(f + "." + e)
			}
		}
	}
	return code, len(v.Errors)+len(v.FullMessages)+len(v.Details) > 0, true
}
