package jobcan

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"strconv"

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
		Employees *[]json.RawMessage `json:"employees"`
	}](ctx, c, "jobcan.listEmployees", c.opts.Paths.Employees, cursor)
	if err != nil {
		return nil, err
	}
	if w.Employees == nil {
		return nil, c.bad("the answer has no employees")
	}
	out := make([]Employee, 0, len(*w.Employees))
	for _, raw := range *w.Employees {
		e, err := c.employee(raw)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// Employee reads one employee, who need not have a staff code.
func (c *Client) Employee(ctx context.Context, id EmployeeID) (Employee, error) {
	if err := c.one(id); err != nil {
		return Employee{}, err
	}
	w, err := get[wireEmployee](ctx, c, "jobcan.getEmployee", of(c.opts.Paths.EmployeeOf, id), nil)
	if err != nil {
		return Employee{}, err
	}
	e, err := c.employee(w.raw)
	if err != nil {
		return Employee{}, err
	}
	if e.ID != id {
		return Employee{}, c.bad("the answer is about another employee")
	}
	return e, nil
}

// wireEmployee is one employee: a flat object, in contrast to the other answers
// about one person, which are lists of one under the plural. Both are read.
type wireEmployee struct{ raw json.RawMessage }

// UnmarshalJSON implements json.Unmarshaler.
func (w *wireEmployee) UnmarshalJSON(b []byte) error {
	var list struct {
		Employees []json.RawMessage `json:"employees"`
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	w.raw = bytes.Clone(b)
	if len(list.Employees) == 1 {
		w.raw = list.Employees[0]
	}
	return nil
}

func (c *Client) employee(raw json.RawMessage) (Employee, error) {
	var r row
	var w struct {
		ID         flex.Num            `json:"id"`
		LastName   flex.Text           `json:"last_name"`
		FirstName  flex.Text           `json:"first_name"`
		Email      flex.Text           `json:"email"`
		MainGroup  flex.Num            `json:"main_group"`
		SubGroup   flex.List[flex.Num] `json:"sub_group"`
		WorkKind   flex.Num            `json:"work_kind"`
		EnteredDay flex.Text           `json:"entered_day"`
		RetiredDay flex.Text           `json:"retired_day"`
	}
	if json.Unmarshal(raw, &w) != nil || json.Unmarshal(raw, &r) != nil || w.ID.N <= 0 {
		return Employee{}, c.bad("an employee has no id or another shape")
	}
	e := Employee{
		ID: EmployeeID(w.ID.N), StaffCode: r.first(c.opts.StaffCodeFields),
		LastName: string(w.LastName), FirstName: string(w.FirstName), Email: string(w.Email),
		MainGroup: w.MainGroup.Ptr(), WorkKind: w.WorkKind.Ptr(),
		EnteredDay: lenientDate(w.EnteredDay), RetiredDay: lenientDate(w.RetiredDay),
	}
	for _, g := range w.SubGroup {
		if g.Set {
			e.SubGroups = append(e.SubGroups, g.Int())
		}
	}
	return e, nil
}

// lenientDate reads a date of which only the likely form is known: anything else
// is no date.
func lenientDate(t flex.Text) Date {
	s := string(t)
	if len(s) > len("2006-01-02") {
		s = s[:len("2006-01-02")]
	}
	if d := Date(s); d.valid() {
		return d
	}
	return ""
}
