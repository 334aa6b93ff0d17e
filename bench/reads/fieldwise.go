package main

import (
	"cmp"
	"context"
	_ "embed"
	"net/http"
	"slices"

	"github.com/graph-gophers/graphql-go"
	"github.com/graph-gophers/graphql-go/relay"

	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// The executor that goes field by field stands in for stock gqlgen with data
// loaders, which cannot be fetched: the same kind of program, a schema with a
// resolver a field and loaders that live as long as a request. It has the
// handler's index and calls, and like the handler it knows nothing of rights,
// faults and freshness.

//go:embed fieldwise.graphql
var fieldwiseSchema string

// parallel is how many resolvers of a request may run at once. Stock is ten,
// and ten resolvers make batches of ten: loaders need as many as there are rows.
const parallel = 1000

// fieldwise returns its HTTP handler.
func fieldwise(h *handler) (http.Handler, error) {
	schema, err := graphql.ParseSchema(fieldwiseSchema, &root{}, graphql.UseFieldResolvers(),
		graphql.UseStringDescriptions(), graphql.MaxParallelism(parallel))
	if err != nil {
		return nil, err
	}
	stock := &relay.Handler{Schema: schema}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stock.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, newRequest(h))))
	}), nil
}

type requestKey struct{}

// request is what the resolvers of one request share.
type request struct {
	index     *index
	stamps    *loader[*person, []stamp]
	records   *loader[*person, []worked]
	breaks    *loader[*person, []worked]
	overtimes *loader[*person, []overtime]
	hours     *loader[month, []akashi.StaffManhours]
	listing   *loader[struct{}, []akashi.Project]
	projects  *loader[akashi.ProjectID, *akashi.Project]
	members   *loader[akashi.ProjectID, akashi.ProjectStaffs]
}

// Shorter names for what loaders return.
type (
	projectID  = akashi.ProjectID
	projects   = map[projectID]*akashi.Project
	membership = map[projectID]akashi.ProjectStaffs
)

// month is what man-hours are asked for by.
type month string

func newRequest(h *handler) *request {
	r := &request{index: h.index}
	r.stamps = newLoader(func(ctx context.Context, people []*person) (map[*person][]stamp, error) {
		byStaff, byEmployee, err := h.stampsOf(ctx, people)
		return spread(people, func(p *person) []stamp {
			return first(append(byStaff[p.akashi], byEmployee[p.jobcan]...), 50)
		}), err
	})
	records := func(breaks bool) *loader[*person, []worked] {
		return newLoader(func(ctx context.Context, people []*person) (map[*person][]worked, error) {
			byStaff, err := h.recordsOf(ctx, people, breaks)
			return spread(people, func(p *person) []worked { return byStaff[p.akashi] }), err
		})
	}
	r.records, r.breaks = records(false), records(true)
	r.overtimes = newLoader(func(ctx context.Context, people []*person) (map[*person][]overtime, error) {
		byUUID, err := h.overtimesOf(ctx, people, "", "2026-10")
		return spread(people, func(p *person) []overtime { return byUUID[p.carely] }), err
	})
	r.hours = newLoader(func(ctx context.Context, _ []month) (map[month][]akashi.StaffManhours, error) {
		hours, err := h.october(ctx)
		return map[month][]akashi.StaffManhours{october: hours}, err
	})
	r.listing = newLoader(func(ctx context.Context, _ []struct{}) (map[struct{}][]akashi.Project, error) {
		rows, err := h.clients.akashi.AllProjects(ctx, akashi.ProjectsQuery{})
		return map[struct{}][]akashi.Project{{}: rows}, err
	})
	r.projects = newLoader(func(ctx context.Context, ids []projectID) (projects, error) {
		rows, err := r.listing.load(ctx, struct{}{}) // there is no call for some of them
		out := make(projects, len(ids))
		for i := range rows {
			out[rows[i].ID] = &rows[i]
		}
		return out, err
	})
	r.members = newLoader(func(ctx context.Context, ids []projectID) (membership, error) {
		out := make(membership, len(ids))
		for _, id := range ids {
			staffs, err := h.clients.akashi.ProjectStaffs(ctx, id)
			if err != nil {
				return nil, err
			}
			out[id] = staffs
		}
		return out, nil
	})
	return r
}

const october month = "2026-10"

func spread[T any](people []*person, of func(*person) []T) map[*person][]T {
	out := make(map[*person][]T, len(people))
	for _, p := range people {
		out[p] = of(p)
	}
	return out
}

// requestOf returns the request that a resolver runs in.
func requestOf(ctx context.Context) *request {
	r, _ := ctx.Value(requestKey{}).(*request)
	return r
}

// root answers Query.
type root struct{}

func (*root) Employee(ctx context.Context, args struct {
	By struct {
		ID   *graphql.ID
		Code *string
	}
},
) *employeeNode {
	people := requestOf(ctx).index.people
	at := slices.IndexFunc(people, func(p *person) bool { return args.By.Code != nil && p.Code == *args.By.Code })
	if at < 0 {
		return nil
	}
	return &employeeNode{people[at]}
}

func (*root) Employees(ctx context.Context, args struct {
	Filter *struct{ Codes *[]string }
	First  int32
},
) *nodeList[*employeeNode] {
	var out []*employeeNode
	for _, p := range requestOf(ctx).index.people {
		fits := args.Filter == nil || args.Filter.Codes == nil || slices.Contains(*args.Filter.Codes, p.Code)
		if fits && len(out) < int(args.First) {
			out = append(out, &employeeNode{p})
		}
	}
	return &nodeList[*employeeNode]{out}
}

func (*root) Organizations(ctx context.Context, args struct{ First int32 }) *nodeList[*organizationNode] {
	units := requestOf(ctx).index.units
	out := make([]*organizationNode, min(len(units), int(args.First)))
	for i := range out {
		out[i] = &organizationNode{&units[i]}
	}
	return &nodeList[*organizationNode]{out}
}

func (*root) Projects(ctx context.Context, args struct{ First int32 }) (*nodeList[*projectNode], error) {
	rows, err := requestOf(ctx).listing.load(ctx, struct{}{})
	out := make([]*projectNode, len(rows))
	for i := range rows {
		out[i] = &projectNode{&rows[i]}
	}
	slices.SortFunc(out, func(a, b *projectNode) int { return cmp.Compare(a.p.Code, b.p.Code) })
	return &nodeList[*projectNode]{out[:min(len(out), int(args.First))]}, err
}
