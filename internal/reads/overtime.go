package reads

import (
	"context"
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/plan"
	"github.com/hitotsu/hitotsu/internal/sources"
)

const overtimeCells = "overtimes"

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
			keys: func(uuid string) []cellKey { return []cellKey{key(c, overtimeCells, uuid, hr.Date{})} },
			plan: func(missing []cellKey) []call[*hr.Overtime] { return carelyOvertimes(c, missing, number) },
		})
	}
	return read(ctx, r, people, []hr.System{hr.Carely}, readings)
}

func carelyOvertimes(c *sources.Carely, missing []cellKey, number func(uuid string) string) []call[*hr.Overtime] {
	var calls []call[*hr.Overtime]
	for keys := range slices.Chunk(missing, plan.Documented().CarelyOvertimes.Subjects) {
		run := func(ctx context.Context) (map[cellKey][]*hr.Overtime, error) {
			people := make([]sources.CarelyPerson, len(keys))
			for i, k := range keys {
				people[i] = sources.CarelyPerson{UUID: k.subject, Number: number(k.subject)}
			}
			rows, err := c.Overtimes(ctx, people)
			return spread(c, overtimeCells, rows, func(*hr.Overtime) hr.Date { return hr.Date{} }), err
		}
		calls = append(calls, call[*hr.Overtime]{cells: keys, run: run})
	}
	return calls
}
