package exec_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/fault"
)

// The resolvers of the schema under test.

type queries struct{ w *world }

func (q queries) Person(_ context.Context, id string) (*person, error) {
	q.w.count("person")
	for _, p := range q.w.people {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, nil
}

func (q queries) MustPerson(ctx context.Context, id string) (*person, error) {
	return q.Person(ctx, id)
}
func (q queries) People(context.Context) ([]*person, error) { return q.w.people, nil }

func (q queries) Pets(context.Context) ([]pet, error) {
	d := &dog{ID: "d1", Name: "Pochi", Barks: true, Friends: []pet{&cat{ID: 7, Name: "Tama", Lives: 9}}}
	return []pet{d, nil, cat{ID: 8, Name: "Mike", Lives: 3}, (*dog)(nil), &dog{ID: "d2", Name: "Hachi"}}, nil
}

func (q queries) Named(context.Context) ([]any, error) {
	return []any{q.w.people[0], &cat{ID: 7, Name: "Tama"}, q.w.people[1]}, nil
}

func (q queries) Node(_ context.Context, id string) (any, error) {
	if id == "foreign" {
		return &house{}, nil
	}
	return q.w.people[0], nil
}

func (q queries) Echo(
	_ context.Context, w *where, o *one, n *int, f *float64, b *bool, id, s *string, c *color, d *day, list []int,
	anything any,
) (*string, error) {
	var dayText *string
	if d != nil {
		dayText = &d.text
	}
	text, err := json.Marshal([]any{w, o, n, f, b, id, s, c, dayText, list, anything})
	out := string(text)
	return &out, err
}

func (q queries) Req(context.Context, int) (*string, error) { return nil, nil }

var errPlain = errors.New("plain failure")

func (q queries) Fail(context.Context) (*string, error) { return nil, errPlain }
func (q queries) FailHard(context.Context) (string, error) {
	return "unused", fault.New(fault.NotFound, "nothing here")
}
func (q queries) Panics(context.Context) (*string, error) { panic("secret") }
func (q queries) Old(context.Context) (*string, error)    { return nil, nil }

func (q queries) Slow(ctx context.Context) (*string, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (q queries) SlowPeople(ctx context.Context) ([]*person, error) {
	<-ctx.Done()
	return q.w.people, nil
}

func (q queries) Report(ctx context.Context) (string, error) {
	exec.Report(ctx, errPlain)
	return "still here", nil
}

func (q queries) Selects(ctx context.Context) (*person, error) {
	q.w.picks = []bool{
		exec.Selects(ctx, "home", "street"), exec.Selects(ctx, "boss", "home"), exec.Selects(ctx, "nick"),
		exec.Selects(ctx, "home", "roof"), exec.Selects(ctx),
	}
	return q.w.people[0], nil
}

type persons struct{ w *world }

func (r persons) Boss(_ context.Context, objs []*person) ([]*person, error) {
	r.w.count("boss")
	out := make([]*person, len(objs))
	for i, p := range objs {
		out[i] = p.boss
	}
	return out, r.w.bossErr
}

func (r persons) MustBoss(_ context.Context, objs []*person) ([]*person, error) {
	out := make([]*person, len(objs))
	for i, p := range objs {
		out[i] = p.boss
	}
	return out, nil
}

func (r persons) Reports(_ context.Context, objs []*person, first *int, _ *color) ([][]*person, error) {
	r.w.count("reports")
	out := make([][]*person, len(objs))
	for i, p := range objs {
		out[i] = p.reports[:min(len(p.reports), *first)]
	}
	return out, nil
}

func (r persons) MaybeReports(context.Context, []*person, *int) ([][]*person, error) {
	return nil, nil // too few results: a defect
}

func (r persons) Score(_ context.Context, objs []*person, by int) ([]int, error) {
	out, errs := make([]int, len(objs)), make(exec.Errors, len(objs))
	for i, p := range objs {
		out[i] = p.Age * by
		if by == 13 && i%2 == 1 {
			errs[i] = errPlain
		}
	}
	return out, errs.ErrorOrNil()
}

// Beside tells what is asked for beside it: each by, with a star where all is selected.
func (r persons) Beside(ctx context.Context, objs []*person, by int, _ *color) ([]*beside, error) {
	if by == 0 {
		return nil, errPlain
	}
	own := exec.Together(ctx, func(fields []exec.Field) []beside {
		r.w.count("beside")
		all, out := "", make([]beside, len(fields))
		for i, f := range fields {
			out[i].Own = exec.Arg[int](f, "by")
			all += strconv.Itoa(out[i].Own)
			if f.Selects("all") {
				all += "*"
			}
			if c := exec.Arg[*color](f, "of"); c != nil {
				all += string(*c)
			}
			if exec.Arg[string](f, "by") != "" || exec.Arg[int](f, "none") != 0 {
				all += " and what it does not have"
			}
		}
		for i := range out {
			out[i].All = all
		}
		return out
	})
	out := make([]*beside, len(objs))
	for i := range objs {
		out[i] = &own
	}
	return out, nil
}

func (r persons) Grade(ctx context.Context, objs []*person) ([]*int, error) {
	exec.Report(ctx, errPlain, 0, len(objs)-1, 99)
	out := make([]*int, len(objs))
	for i := range objs {
		out[i] = &i
	}
	return out, nil
}

func (r persons) Pets(_ context.Context, objs []*person) ([][]pet, error) {
	out := make([][]pet, len(objs))
	for i, p := range objs {
		out[i] = p.pets
	}
	return out, nil
}

func (r persons) GridBoss(_ context.Context, objs []*person) ([][][]*person, error) {
	out := make([][][]*person, len(objs))
	for i := range objs {
		p := r.w.people
		out[i] = [][]*person{{p[0], nil, p[1]}, {p[2]}, nil, {}}
	}
	return out, nil
}

type owned struct{ w *world }

func (r owned) owner(n int) []*person {
	out := make([]*person, n)
	for i := range out {
		out[i] = r.w.people[i%len(r.w.people)]
	}
	return out
}

type dogs struct{ owned }

func (r dogs) Owner(_ context.Context, objs []*dog) ([]*person, error) {
	r.w.count("dog.owner")
	return r.owner(len(objs)), nil
}

type cats struct{ owned }

func (r cats) Owner(_ context.Context, objs []*cat) ([]*person, error) {
	r.w.count("cat.owner")
	return r.owner(len(objs)), nil
}

type houses struct{ w *world }

func (r houses) Keeper(_ context.Context, objs []*house) ([]*person, error) {
	r.w.count("keeper")
	return make([]*person, len(objs)), nil
}

type mutations struct{ w *world }

func (m mutations) Add(_ context.Context, n int) (int, error) { return int(m.w.sum.Add(int64(n))), nil }

func (m mutations) AddLater(_ context.Context, n int) (*sum, error) { return &sum{n: n}, nil }

type sums struct{ w *world }

func (s sums) Total(_ context.Context, objs []*sum) ([]int, error) {
	return []int{int(s.w.sum.Add(int64(objs[0].n)))}, nil
}
