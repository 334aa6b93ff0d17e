package jobcan

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// listOverWorkRequests is GET /apply/v1/employees/{id}/over-work/requests: the
// path is likely, its scope guessed, its body never read by anybody (4.5).
// Nobody in the company asks, so the list is empty; its key is ours.
func (s *Server) listOverWorkRequests(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.pathEmployee(w, r); !ok {
		return
	}
	q := r.URL.Query()
	if q.Get("mode") != "select" {
		badRequest(w, "mode must be one of: select")
		return
	}
	if _, _, problem := dateRange(q, "from_over_work_date", "to_over_work_date"); problem != "" {
		badRequest(w, problem)
		return
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{"requests": []any{}})
}

// OurScopes lists the scopes whose paths are our contract (8.3).
func OurScopes() []string {
	return []string{
		"client.read", "groups.read", "managers.read", "workKinds.read", "positions.read", "shiftPatterns.read",
		"workRegulationSettings.read", "holidaySettings.read", "selectionRemarks.read", "workExtractSettings.read",
		"apiStamp.create",
	}
}

// namedRow is a row of a master of our contract.
type namedRow struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	Code string `json:"code,omitempty"`
}

func workKinds() []namedRow {
	return []namedRow{
		{ID: workKindPartTimer, Name: "パートタイマー"},
		{ID: 2, Name: "アルバイト"},
		{ID: workKindContract, Name: "契約社員"},
		{ID: workKindRegular, Name: "社員"},
		{ID: 5, Name: "派遣社員"},
		{ID: workKindNone, Name: "未分類"},
	}
}

// contractRoutes serves what is known as a scope only, the way 8.3 defines it:
// paths in kebab case, the reply's key in snake case.
func (s *Server) contractRoutes(mux *http.ServeMux) {
	lists := []struct {
		path, scope, key string
		rows             func() []namedRow
	}{
		{"/master/v1/groups", "groups.read", "groups", s.groupRows},
		{"/master/v1/managers", "managers.read", "managers", func() []namedRow {
			return []namedRow{{ID: 1, Name: "管理者", Code: "admin"}}
		}},
		{"/master/v1/work-kinds", "workKinds.read", "work_kinds", workKinds},
		{"/master/v1/positions", "positions.read", "positions", func() []namedRow {
			return []namedRow{{ID: 1, Name: "部長"}, {ID: 2, Name: "課長"}, {ID: 3, Name: "主任"}}
		}},
		{"/shift/v1/shift-patterns", "shiftPatterns.read", "shift_patterns", func() []namedRow {
			return []namedRow{{ID: 1, Name: "日勤", Code: "DAY"}}
		}},
		{"/master/v1/work-regulation-settings", "workRegulationSettings.read", "work_regulation_settings", nil},
		{"/master/v1/holiday-settings", "holidaySettings.read", "holiday_settings", nil},
		{"/master/v1/selection-remarks", "selectionRemarks.read", "selection_remarks", func() []namedRow {
			return []namedRow{{ID: 1, Name: "勤務場所", Code: "PLACE"}}
		}},
		{"/master/v1/work-extract-settings", "workExtractSettings.read", "work_extract_settings", nil},
	}
	for _, l := range lists {
		mux.HandleFunc("GET "+l.path, s.contract(l.scope, func(w http.ResponseWriter, r *http.Request) {
			rows := []namedRow{}
			if l.rows != nil {
				rows = l.rows()
			}
			page, problem := cutRows(r.URL.Query(), rows)
			if problem != "" {
				badRequest(w, problem)
				return
			}
			control.WriteJSON(w, http.StatusOK, map[string]any{l.key: page})
		}))
	}
	mux.HandleFunc("GET /master/v1/client", s.contract("client.read", func(w http.ResponseWriter, _ *http.Request) {
		control.WriteJSON(w, http.StatusOK, map[string]any{"client_id": int64(clientID), "name": "株式会社ひとつ"})
	}))
	mux.HandleFunc("POST /attendance/v1/stamps", s.contract("apiStamp.create", s.stamp))
}

// contract hides a path unless the quirk is on.
func (s *Server) contract(scope string, next http.HandlerFunc) http.HandlerFunc {
	guarded := s.guard(scope, next)
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.quirks.On(OurContract) {
			fail(w, http.StatusNotFound, "not_found", "no such endpoint")
			return
		}
		guarded(w, r)
	}
}

// cutRows is a keyset page by id.
func cutRows(q url.Values, rows []namedRow) ([]namedRow, string) {
	p, problem := readPage(q)
	if problem != "" {
		return nil, problem
	}
	out := []namedRow{}
	for _, row := range rows {
		if int64(row.ID) > p.after && len(out) < p.count {
			out = append(out, row)
		}
	}
	return out, ""
}

func (s *Server) groupRows() []namedRow {
	out := []namedRow{}
	for _, g := range s.data().groups {
		out = append(out, namedRow{g.ID, g.Name, g.Code})
	}
	return out
}

type stampRequest struct {
	EmployeeID int64  `json:"employee_id"`
	GroupID    int    `json:"group_id"`
	RecordedAt string `json:"recorded_at"`
	AditType   string `json:"adit_type"`
}

// firstStamp is where the ids of written adits begin, above all others.
const firstStamp = 4_000_000_000

// stamp is POST /attendance/v1/stamps (8.3). An adit is kept to the minute.
func (s *Server) stamp(w http.ResponseWriter, r *http.Request) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		fail(w, http.StatusUnsupportedMediaType, "unsupported_media_type", "send application/json")
		return
	}
	var in stampRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&in); err != nil {
		badRequest(w, "the body is not JSON")
		return
	}
	d := s.data()
	at, err := time.Parse(time.RFC3339, in.RecordedAt)
	switch {
	case err != nil:
		badRequest(w, "recorded_at must be ISO 8601 with an offset")
		return
	case !slices.Contains([]string{WorkStart, WorkEnd, RestStart, RestEnd}, in.AditType):
		badRequest(w, "adit_type must be one of: "+strings.Join([]string{WorkStart, WorkEnd, RestStart, RestEnd}, ", "))
		return
	case !slices.ContainsFunc(d.groups, func(g Group) bool { return g.ID == in.GroupID }):
		badRequest(w, "group_id is unknown")
		return
	}
	e, ok := d.byID[in.EmployeeID]
	if !ok {
		fail(w, http.StatusNotFound, "not_found", "no such employee")
		return
	}
	at = at.In(company.JST).Truncate(time.Minute)
	row := Adit{
		EmployeeID: e.ID, GroupID: in.GroupID, Date: businessDay(at), RecordedAt: at.Format(time.RFC3339),
	}
	s.mu.Lock()
	n := 0
	for _, rows := range s.punched {
		n += len(rows)
	}
	row.ID = firstStamp + int64(n)
	key := dayKey{e.ID, row.Date}
	s.punched[key] = append(s.punched[key], row)
	control.NoteWrite(r.Context(), "stamp", map[string]string{
		"employee_id": strconv.FormatInt(e.ID, 10), "adit_type": in.AditType,
	})
	s.mu.Unlock()
	control.WriteJSON(w, http.StatusCreated, row)
}
