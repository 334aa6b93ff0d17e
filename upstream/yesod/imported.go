package yesod

import (
	"time"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// Imported is the answer to an import. Only differences become changes: a row
// that says what is so already is in none of the lists.
type Imported struct {
	// DiffIDs are the changes that were made, or wait.
	DiffIDs []ID
	// Changes are what changes on which day.
	Changes []DayChanges
	// Rows are the rows of the CSV that changed something. The vendor may leave
	// them out though something changed.
	Rows []ChangedRow
	// Elsewhere are places that are not in the CSV.
	Elsewhere []Place
}

// DayChanges are the entities that change on a day.
type DayChanges struct {
	Date     Date
	Entities []EntityChange
}

// EntityChange tells how many attributes of an entity change.
type EntityChange struct {
	ID         ID
	Attributes int
}

// ChangedRow is a row of the CSV, 0 for the first below the header.
type ChangedRow struct {
	Row int
	// Headers and Columns are the columns that changed something, 0 for the first.
	Columns []int
	Headers []string
}

// Place is a place as the vendor counts it.
type Place struct {
	Line    int
	Columns []int
}

type wireImported struct {
	DiffIDs  flex.List[flex.Text] `json:"diffIds"`
	Changing flex.List[struct {
		// Milliseconds of 00:00 UTC of the day.
		ChangeDate flex.Num `json:"changeDate"`
		Entities   flex.List[struct {
			ID    flex.Text `json:"entityId"`
			Count flex.Num  `json:"count"`
		}] `json:"changingEntities"`
	}] `json:"changing"`
	Positions flex.List[struct {
		Line    flex.Num            `json:"lineNumber"`
		Columns flex.List[flex.Num] `json:"columnNumbers"`
	}] `json:"changingCSVPositions"`
}

// imported maps the answer back to the rows of the CSV.
func (c *Client) imported(w *wireImported, t *table) (*Imported, error) {
	if w.DiffIDs == nil && w.Changing == nil {
		return nil, c.bad("the answer has neither diffIds nor changing")
	}
	out := &Imported{}
	for _, id := range w.DiffIDs {
		out.DiffIDs = append(out.DiffIDs, ID(id))
	}
	for _, d := range w.Changing {
		if !d.ChangeDate.Set {
			return nil, c.bad("a change has no date")
		}
		day := DayChanges{Date: Date(time.UnixMilli(d.ChangeDate.N).UTC().Format(time.DateOnly))}
		for _, e := range d.Entities {
			day.Entities = append(day.Entities, EntityChange{ID(e.ID), e.Count.Int()})
		}
		out.Changes = append(out.Changes, day)
	}
	for _, p := range w.Positions {
		place := Place{Line: p.Line.Int()}
		for _, n := range p.Columns {
			place.Columns = append(place.Columns, n.Int())
		}
		row := place.Line
		if c.opts.HeaderCounted {
			row--
		}
		headers, ok := t.headers(place.Columns)
		if !p.Line.Set || row < 0 || row >= len(t.rows) || !ok {
			out.Elsewhere = append(out.Elsewhere, place)
			continue
		}
		out.Rows = append(out.Rows, ChangedRow{row, place.Columns, headers})
	}
	return out, nil
}

// headers names columns; ok is false when one is not in the table.
func (t *table) headers(columns []int) (names []string, ok bool) {
	for _, n := range columns {
		if n < 0 || n >= len(t.header) {
			return nil, false
		}
		names = append(names, t.header[n])
	}
	return names, true
}
