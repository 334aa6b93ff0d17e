package main

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// handler is what somebody would write for one page of one application: it
// knows nothing of GraphQL, of rights, of faults, of freshness.
type handler struct {
	clients *clients
	index   *index
	units   []unit
}

// handFunc makes the data of one answer.
type handFunc func(ctx context.Context, people *index) (any, error)

// index joins people by code, as the simplest rule has it.
type index struct {
	people []*person
	staff  map[akashi.StaffID]*person
	uuid   map[string]*person
}

type person struct {
	ID             string `json:"id"`
	Code           string `json:"code"`
	Name           name   `json:"name"`
	Email          string `json:"email"`
	Status         string `json:"status"`
	JobTitle       string `json:"jobTitle"`
	EmploymentType string `json:"employmentType"`
	HiredOn        string `json:"hiredOn"`

	akashi akashi.StaffID
	jobcan jobcan.EmployeeID
	carely string
	// number is the employee number in Carely, which may be written otherwise.
	number string
	unit   string
}

type name struct {
	Family string `json:"family"`
	Given  string `json:"given"`
}

// unit is an organisation.
type unit struct {
	id, name, path string
}

func newHandler(ctx context.Context, env map[string]string, everybody people) (*handler, error) {
	c, err := newClients(ctx, env)
	if err != nil {
		return nil, err
	}
	h := &handler{clients: c}
	own, err := h.everybody(ctx)
	if err != nil {
		return nil, err
	}
	h.index = own.as(everybody)
	h.units, err = h.organizations(ctx)
	return h, err
}

// serve answers /indexed with what the handler keeps of people, and /full after
// reading everybody anew.
func (h *handler) serve(answer handFunc) (address string, stop func(), err error) {
	var listen net.ListenConfig
	l, err := listen.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	reply := func(w http.ResponseWriter, r *http.Request, people *index) {
		var body struct {
			Query string `json:"query"`
		}
		raw, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(raw, &body)
		}
		if err == nil && people == nil {
			people, err = h.everybody(r.Context())
		}
		var data any
		if err == nil {
			data, err = answer(r.Context(), people)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		out, err := json.Marshal(map[string]any{"data": data})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(out)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /indexed", func(w http.ResponseWriter, r *http.Request) { reply(w, r, h.index) })
	mux.HandleFunc("POST /full", func(w http.ResponseWriter, r *http.Request) { reply(w, r, nil) })
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	return "http://" + l.Addr().String(), func() { _ = server.Close() }, nil
}

// everybody reads all systems side by side and joins them.
func (h *handler) everybody(ctx context.Context) (*index, error) {
	var staffs []akashi.Staff
	var employees []jobcan.Employee
	var customers []carely.Customer
	var members []yesod.Person
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { staffs, err = h.clients.akashi.AllStaffs(ctx); return err })
	g.Go(func() (err error) { employees, err = h.clients.jobcan.Employees(ctx); return err })
	g.Go(func() (err error) {
		customers, err = h.clients.carely.Customers(ctx, carely.CustomersQuery{})
		return err
	})
	g.Go(func() (err error) { members, err = h.clients.yesod.Members(ctx, yesod.MaxLeavingDate); return err })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	byCode := map[string]*person{}
	of := func(code string) *person {
		if byCode[code] == nil {
			byCode[code] = &person{ID: code, Code: code, Status: "ACTIVE"}
		}
		return byCode[code]
	}
	ix := &index{staff: map[akashi.StaffID]*person{}, uuid: map[string]*person{}}
	for _, m := range members {
		p := of(m.EmployeeNumber)
		p.Name, p.Email, p.JobTitle = name{m.FamilyName, m.GivenName}, m.Email, m.JobTitle
		p.EmploymentType, p.HiredOn = m.EmploymentType, string(m.EnteredOn)
	}
	for _, s := range staffs {
		p := of(s.StaffNum)
		p.akashi, p.unit = s.ID, strconv.FormatInt(int64(s.Organization.ID), 10)
		p.Email = cmp.Or(p.Email, s.Email)
		p.EmploymentType = cmp.Or(p.EmploymentType, s.EmploymentCategoryName)
		p.Name = cmp.Or(p.Name, name{s.LastName, s.FirstName})
		ix.staff[s.ID] = p
	}
	for _, e := range employees {
		p := of(e.StaffCode)
		p.jobcan = e.ID
		p.Email, p.HiredOn = cmp.Or(p.Email, e.Email), cmp.Or(p.HiredOn, string(e.EnteredDay))
	}
	for _, c := range customers {
		p := of(c.EmployeeNumber)
		p.carely, p.number = c.Uuid, c.EmployeeNumber
		p.JobTitle = cmp.Or(p.JobTitle, c.JobTitle)
		ix.uuid[c.Uuid] = p
	}
	ix.people = slices.SortedFunc(maps.Values(byCode), func(a, b *person) int { return cmp.Compare(a.Code, b.Code) })
	return ix, nil
}

// as returns the index with the gateway's people: who is who is not what is
// measured here.
func (ix *index) as(everybody people) *index {
	employees := map[string]jobcan.EmployeeID{}
	byID := map[string]*person{}
	for _, p := range ix.people {
		byID["AKASHI "+strconv.FormatInt(int64(p.akashi), 10)] = p
		byID["JOBCAN "+strconv.FormatInt(int64(p.jobcan), 10)] = p
		byID["CARELY "+p.carely] = p
		employees[strconv.FormatInt(int64(p.jobcan), 10)] = p.jobcan
	}
	out := &index{staff: map[akashi.StaffID]*person{}, uuid: map[string]*person{}}
	for _, e := range everybody {
		p := &person{}
		for _, l := range e.Links {
			known := byID[l.System+" "+l.VendorID]
			if known == nil {
				continue
			}
			if p.Code == "" {
				*p = *known
				p.akashi, p.jobcan, p.carely = 0, 0, ""
			}
			switch l.System {
			case "AKASHI":
				p.akashi, p.unit = known.akashi, known.unit
				out.staff[p.akashi] = p
			case "JOBCAN":
				p.jobcan = employees[l.VendorID]
			case "CARELY":
				p.carely, p.number = l.VendorID, known.number
				out.uuid[p.carely] = p
			}
		}
		p.ID, p.Code = e.Code, e.Code
		out.people = append(out.people, p)
	}
	return out
}

// organizations reads the organisations.
func (h *handler) organizations(ctx context.Context) ([]unit, error) {
	rows, err := h.clients.akashi.Organizations(ctx, false)
	if err != nil {
		return nil, err
	}
	if _, err := h.clients.yesod.Organizations(ctx, ""); err != nil {
		return nil, err
	}
	if _, err := h.clients.yesod.Members(ctx, ""); err != nil {
		return nil, err
	}
	byID := map[akashi.OrganizationID]akashi.Organization{}
	for _, o := range rows {
		byID[o.ID] = o
	}
	var out []unit
	for _, o := range rows {
		if o.ParentID == 0 && o.Name == "企業" {
			continue
		}
		path := o.Name
		for above, ok := byID[o.ParentID]; ok && above.ParentID != 0; above, ok = byID[above.ParentID] {
			path = above.Name + "/" + path
		}
		out = append(out, unit{id: strconv.FormatInt(int64(o.ID), 10), name: o.Name, path: path})
	}
	return out, nil
}
