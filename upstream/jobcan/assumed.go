package jobcan

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// Assumed is a resource of which nothing is public but the scope. Its path and
// its answer are assumed after the pattern of those that are known, so each is off
// until its path is given in the options.
type Assumed string

// The assumed resources.
const (
	Groups                 Assumed = "groups"
	Managers               Assumed = "managers"
	WorkKinds              Assumed = "work_kinds"
	Positions              Assumed = "positions"
	ClientAccount          Assumed = "client"
	WorkRegulationSettings Assumed = "work_regulation_settings"
	HolidaySettings        Assumed = "holiday_settings"
	SelectionRemarks       Assumed = "selection_remarks"
	WorkExtractSettings    Assumed = "work_extract_settings"
	ShiftPatterns          Assumed = "shift_patterns"
	// Stamps is written by Punch and not read.
	Stamps Assumed = "stamps"
)

// AssumedPaths are paths to begin with: kebab case under the nearest known prefix.
func AssumedPaths() map[Assumed]string {
	return map[Assumed]string{
		Groups:                 "/master/v1/groups",
		Managers:               "/master/v1/managers",
		WorkKinds:              "/master/v1/work-kinds",
		Positions:              "/master/v1/positions",
		ClientAccount:          "/master/v1/client",
		WorkRegulationSettings: "/master/v1/work-regulation-settings",
		HolidaySettings:        "/master/v1/holiday-settings",
		SelectionRemarks:       "/master/v1/selection-remarks",
		WorkExtractSettings:    "/master/v1/work-extract-settings",
		ShiftPatterns:          "/shift/v1/shift-patterns",
		Stamps:                 "/attendance/v1/stamps",
	}
}

// paged says whether a resource is a list that is read page by page.
func (a Assumed) paged() bool {
	return a == Groups || a == Managers || a == WorkKinds || a == Positions
}

func checkAssumed(paths map[Assumed]string) error {
	known := AssumedPaths()
	for name, p := range paths {
		if known[name] == "" {
			return fmt.Errorf("jobcan: there is no assumed resource %q", name)
		}
		if !strings.HasPrefix(p, "/") || strings.ContainsAny(p, "?#{") || path.Base(p) == "/" {
			return fmt.Errorf("jobcan: path %s must begin with / and have no query and no place", name)
		}
	}
	return nil
}

// Record is a row of an assumed resource.
type Record struct {
	// ID is 0 when the row has none.
	ID int64
	// JSON is the row as it came.
	JSON json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *Record) UnmarshalJSON(b []byte) error {
	var w struct {
		ID flex.Num `json:"id"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*r = Record{w.ID.N, bytes.Clone(b)}
	return nil
}

// Assumed reads all rows of an assumed resource. One that is off, as all are by
// default, is BadUserInput.
func (c *Client) Assumed(ctx context.Context, name Assumed) ([]Record, error) {
	p, on := c.opts.Assumed[name]
	if !on || name == Stamps {
		return nil, c.forbidden("nothing public tells how this is read; name its path in the configuration to try")
	}
	read := func(ctx context.Context, query url.Values) ([]Record, error) {
		w, err := get[row](ctx, c, "jobcan.assumed."+string(name), p, query)
		if err != nil {
			return nil, err
		}
		var rows flex.List[Record]
		ok, err := w.read(strings.ReplaceAll(path.Base(p), "-", "_"), &rows)
		if !ok && err == nil && name == ClientAccount && len(w) > 0 {
			// There is one, which may as well be the answer itself.
			w["client"], err = json.Marshal(w)
			if err == nil {
				ok, err = w.read("client", &rows)
			}
		}
		if err != nil || !ok {
			return nil, c.bad("the answer does not have the assumed rows")
		}
		return rows, nil
	}
	if !name.paged() {
		return read(ctx, nil)
	}
	return pages(ctx, c, false, func(r Record) EmployeeID { return EmployeeID(r.ID) }, read)
}

// Punch is a punch to be made.
type Punch struct {
	EmployeeID EmployeeID
	// GroupID is the place of the punch.
	GroupID    int64
	RecordedAt time.Time
	Type       AditType
}

// Punch makes a punch where the path of Stamps is given. It is sent once, save
// after a refused token.
func (c *Client) Punch(ctx context.Context, in Punch) error {
	p, on := c.opts.Assumed[Stamps]
	if !on {
		return c.forbidden("nothing public tells how a punch is made; name its path in the configuration to try")
	}
	if err := c.one(in.EmployeeID); err != nil {
		return err
	}
	switch in.Type {
	case WorkStart, WorkEnd, RestStart, RestEnd:
	default:
		return c.forbidden("a punch starts or ends work or a rest")
	}
	if in.RecordedAt.IsZero() {
		return c.forbidden("a punch has a time")
	}
	body, err := json.Marshal(map[string]any{
		"employee_id": in.EmployeeID, "group_id": in.GroupID, "adit_type": in.Type,
		"recorded_at": in.RecordedAt.In(jst()).Format(time.RFC3339),
	})
	if err != nil {
		return c.t.Fault(fault.Internal, "the request could not be encoded")
	}
	_, err = send[json.RawMessage](ctx, c, request{
		operation: "jobcan.assumed.stamp", method: http.MethodPost, path: p, body: body, once: true,
	})
	return err
}
