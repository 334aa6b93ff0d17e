package jobcan

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// Employee is an employee of the master API.
type Employee struct {
	ID EmployeeID
	// StaffCode joins people across systems. It is text: leading zeros count. It
	// is empty when this employee's row has none.
	StaffCode           string
	LastName, FirstName string
	// Email and RetiredDay are read where an account gives them.
	Email      string
	MainGroup  *int
	SubGroups  []int
	WorkKind   *int
	EnteredDay Date
	RetiredDay Date
}

// Employees reads all employees, page by page. When no row at all has a staff
// code it fails: joining by anything else would mix people up.
func (c *Client) Employees(ctx context.Context) ([]Employee, error) {
	out, err := pages(ctx, c, false, func(e Employee) EmployeeID { return e.ID }, c.employeePage)
	if err != nil {
		return nil, err
	}
	for _, e := range out {
		if e.StaffCode != "" {
			return out, nil
		}
	}
	if len(out) > 0 {
		return nil, c.bad("no employee has a staff code; name its field in the configuration")
	}
	return out, nil
}

// EmployeesAfter reads one page of employees whose ids are above an id, 0 for the
// first page. A page with fewer than PageSize employees is the last.
func (c *Client) EmployeesAfter(ctx context.Context, last EmployeeID) ([]Employee, error) {
	rows, err := c.employeePage(ctx, url.Values{
		"count": {strconv.Itoa(PageSize)}, "last_id": {strconv.FormatInt(int64(last), 10)},
	})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.ID <= last {
			return nil, c.bad("a page holds an id that is not above the last one")
		}
	}
	return rows, nil
}

func (c *Client) employeePage(ctx context.Context, cursor url.Values) ([]Employee, error) {
	w, err := get[struct {
		Employees *[]wireEmployee `json:"employees"`
	}](ctx, c, "jobcan.listEmployees", c.opts.Paths.Employees, cursor)
	if err != nil {
		return nil, err
	}
	if w.Employees == nil {
		return nil, c.bad("the answer has no employees")
	}
	out := make([]Employee, len(*w.Employees))
	for i := range out {
		if out[i], err = c.employee(&(*w.Employees)[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Employee reads one employee, who need not have a staff code.
func (c *Client) Employee(ctx context.Context, id EmployeeID) (Employee, error) {
	if err := c.one(id); err != nil {
		return Employee{}, err
	}
	w, err := get[wireOneEmployee](ctx, c, "jobcan.getEmployee", of(c.opts.Paths.EmployeeOf, id), nil)
	if err != nil {
		return Employee{}, err
	}
	e, err := c.employee(&w.row)
	if err != nil {
		return Employee{}, err
	}
	if e.ID != id {
		return Employee{}, c.bad("the answer is about another employee")
	}
	return e, nil
}

// wireOneEmployee is one employee: a flat object, in contrast to the other answers
// about one person, which are lists of one under the plural. Both are read.
type wireOneEmployee struct{ row wireEmployee }

// UnmarshalJSON implements json.Unmarshaler.
func (w *wireOneEmployee) UnmarshalJSON(b []byte) error {
	var list struct {
		Employees []json.RawMessage `json:"employees"`
	}
	if err := flex.Decode(b, &list); err != nil {
		return err
	}
	if len(list.Employees) == 1 {
		b = list.Employees[0]
	}
	return flex.Decode(b, &w.row)
}

// wireEmployee is an employee whose staff code may be under any name.
type wireEmployee struct {
	// members are those that are no object, array or null.
	members  []wireMember
	subGroup flex.List[flex.Num]
}

type wireMember struct{ name, text string }

// UnmarshalJSONFrom implements flex.From.
func (w *wireEmployee) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*w = wireEmployee{members: make([]wireMember, 0, 16)}
	return flex.Object(d, func(name string) error {
		if strings.EqualFold(name, "sub_group") {
			return flex.Next(d, &w.subGroup)
		}
		switch d.PeekKind() { //nolint:exhaustive // the others are texts
		case jsontext.KindNull:
			return d.SkipValue() //nolint:wrapcheck // the caller judges it
		case jsontext.KindBeginObject, jsontext.KindBeginArray:
			if slices.ContainsFunc(employeeMembers(), func(n string) bool { return strings.EqualFold(n, name) }) {
				return flex.ErrShape
			}
			return d.SkipValue() //nolint:wrapcheck // the caller judges it
		}
		var text flex.Text
		err := flex.Next(d, &text)
		w.members = append(w.members, wireMember{name, string(text)})
		return err
	})
}

// The members of an employee that are read, beside the staff code and sub_group.
func employeeMembers() []string {
	return []string{"id", "last_name", "first_name", "email", "main_group", "work_kind", "entered_day", "retired_day"}
}

// text returns a member's text, whatever the case of its name.
func (w *wireEmployee) text(name string) string {
	for _, m := range slices.Backward(w.members) {
		if strings.EqualFold(m.name, name) {
			return m.text
		}
	}
	return ""
}

// code returns the first of the fields that is there and not empty.
func (w *wireEmployee) code(fields []string) string {
	for _, f := range fields {
		for _, m := range slices.Backward(w.members) {
			if m.name == f && strings.TrimSpace(m.text) != "" {
				return m.text
			}
		}
	}
	return ""
}

func (c *Client) employee(w *wireEmployee) (Employee, error) {
	id, err1 := flex.ParseNum(w.text("id"))
	group, err2 := flex.ParseNum(w.text("main_group"))
	kind, err3 := flex.ParseNum(w.text("work_kind"))
	if errors.Join(err1, err2, err3) != nil || id.N <= 0 {
		return Employee{}, c.bad("an employee has no id or another shape")
	}
	e := Employee{
		ID: EmployeeID(id.N), StaffCode: w.code(c.opts.StaffCodeFields),
		LastName: w.text("last_name"), FirstName: w.text("first_name"), Email: w.text("email"),
		MainGroup: group.Ptr(), WorkKind: kind.Ptr(),
		EnteredDay: lenientDate(w.text("entered_day")), RetiredDay: lenientDate(w.text("retired_day")),
	}
	for _, g := range w.subGroup {
		if g.Set {
			e.SubGroups = append(e.SubGroups, g.Int())
		}
	}
	return e, nil
}

// lenientDate reads a date of which only the likely form is known: anything else
// is no date.
func lenientDate[T ~string](t T) Date {
	s := string(t)
	if len(s) > len("2006-01-02") {
		s = s[:len("2006-01-02")]
	}
	if d := Date(s); d.valid() {
		return d
	}
	return ""
}
