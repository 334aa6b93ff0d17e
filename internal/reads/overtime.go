package reads

import (
	"context"
	"math"
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/plan"
	"github.com/hitotsu/hitotsu/internal/sources"
)

const overtimeCells = "overtimes"

// usualHistory is how many months of overtime a person is taken to have as long
// as nobody's were read.
const usualHistory = 12

// Overtimes returns the whole recorded overtime of each employee, all months:
// Carely has no filter by month, so the history is read and kept by person.
func (r *Reader) Overtimes(ctx context.Context, people []*hr.Employee) ([]List[*hr.Overtime], error) {
	index, err := r.dir.Index(ctx)
	if err != nil {
		return nil, err
	}
	var readings []reading[*hr.Overtime]
	for _, c := range r.carely {
		number := func(uuid string) string {
			if p, ok := index.Record(hr.Ref{Link: c.Link(), ID: uuid}); ok {
				return p.Code
			}
			return ""
		}
		readings = append(readings, reading[*hr.Overtime]{
			link: c,
			needs: func(uuid string) []lookup.Need {
				return []lookup.Need{lookup.Of(key(c, lookup.Record{Endpoint: overtimeCells, Subject: uuid}))}
			},
			plan: func(missing []lookup.Need) []lookup.Call[*hr.Overtime] { return r.carelyOvertimes(c, missing, number) },
		})
	}
	return read(ctx, r, people, []hr.System{hr.Carely}, readings)
}

func (r *Reader) carelyOvertimes(
	c *sources.Carely, missing []lookup.Need, number func(uuid string) string,
) []lookup.Call[*hr.Overtime] {
	var calls []lookup.Call[*hr.Overtime]
	rule := plan.Documented().CarelyOvertimes
	for needs := range slices.Chunk(missing, rule.Subjects) {
		run := func(ctx context.Context) (map[lookup.Key][]*hr.Overtime, error) {
			people := make([]sources.CarelyPerson, len(needs))
			for i := range needs {
				uuid := needs[i].Key.Subject()
				people[i] = sources.CarelyPerson{UUID: uuid, Number: number(uuid)}
			}
			rows, err := c.Overtimes(ctx, people)
			out := make(map[lookup.Key][]*hr.Overtime, len(rows))
			for uuid, list := range rows {
				out[key(c, lookup.Record{Endpoint: overtimeCells, Subject: uuid})] = list
			}
			return out, err
		}
		calls = append(calls, lookup.Call[*hr.Overtime]{
			// A cursor tells the end, so that a full last page is followed by none.
			Cells: needs, Run: run, Name: rule.Endpoint, Guess: true,
			Requests: rule.Pages(int(math.Ceil(float64(len(needs)) * r.months))),
		})
	}
	return calls
}
