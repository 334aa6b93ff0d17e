package jobcan

import (
	"encoding/json"
	"mime"
	"net/http"
	"time"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// refreshState is the top-level object of 4.3.
type refreshState struct {
	Status string `json:"status"`
}

type dailyReply struct {
	Rows    []DailySummary `json:"daily_summaries"`
	Refresh *refreshState  `json:"refresh,omitempty"`
}

func (d *dailyReply) add(row DailySummary, exists, pending bool) {
	if exists {
		d.Rows = append(d.Rows, row)
	}
	if pending {
		d.Refresh = &refreshState{Status: "pending"}
	}
}

// listDailySummaries is GET /attendance/v1/summaries/daily: one day of
// everybody (4.3).
func (s *Server) listDailySummaries(w http.ResponseWriter, r *http.Request) {
	date, problem := oneDate(r.URL.Query())
	p, pageProblem := readPage(r.URL.Query())
	if problem += pageProblem; problem != "" {
		badRequest(w, problem)
		return
	}
	reply := dailyReply{Rows: []DailySummary{}}
	p.cut(s.data().employees, func(e Employee) bool {
		row, exists, pending := s.summaryOf(s.data().of(e), date)
		if exists {
			reply.add(row, exists, pending)
		}
		return exists
	})
	control.WriteJSON(w, http.StatusOK, reply)
}

// listDailySummariesOfOne is GET /attendance/v1/summaries/daily/{employee_id}:
// at most 31 dates (4.3). Days without data have no row.
func (s *Server) listDailySummariesOfOne(w http.ResponseWriter, r *http.Request) {
	e, dates, ok := s.daysOfOne(w, r)
	if !ok {
		return
	}
	reply := dailyReply{Rows: []DailySummary{}}
	a := s.data().of(e)
	for _, date := range dates {
		reply.add(s.summaryOf(a, date))
	}
	control.WriteJSON(w, http.StatusOK, reply)
}

type refreshRequest struct {
	Conditions struct {
		Range struct {
			From string `json:"from"`
			To   string `json:"to"`
		} `json:"range"`
	} `json:"conditions"`
}

// refresh is POST /attendance/v1/summaries/daily/{employee_id}/refresh: it asks
// to compute the days from <= day < to anew (4.3).
func (s *Server) refresh(w http.ResponseWriter, r *http.Request) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		fail(w, http.StatusUnsupportedMediaType, "unsupported_media_type", "send application/json")
		return
	}
	e, ok := s.pathEmployee(w, r)
	if !ok {
		return
	}
	var body refreshRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&body); err != nil {
		badRequest(w, "the body is not JSON")
		return
	}
	from, okFrom := parseDate(body.Conditions.Range.From)
	to, okTo := parseDate(body.Conditions.Range.To)
	switch {
	case !okFrom || !okTo:
		badRequest(w, "from and to must be YYYY-MM-DD")
		return
	case !from.Before(to):
		badRequest(w, "to is not included and must be after from")
		return
	case to.Sub(from) > maxDates*24*time.Hour:
		badRequest(w, "at most 31 days")
		return
	}
	takes := s.opts.RefreshTime
	if s.quirks.On(RefreshHangs) {
		takes = 100 * 365 * 24 * time.Hour
	}
	end := s.opts.Now().Add(takes)
	s.mu.Lock()
	for day := from; day.Before(to); day = day.AddDate(0, 0, 1) {
		s.refreshed[dayKey{e.ID, day.Format(time.DateOnly)}] = end
	}
	control.NoteWrite(r.Context(), "refresh", map[string]any{
		"employee_id": e.ID, "from": body.Conditions.Range.From, "to": body.Conditions.Range.To,
	})
	s.mu.Unlock()
	state := refreshState{Status: "finished"}
	if takes > 0 {
		state.Status = "pending"
	}
	// 200, not 202: ours (8.4).
	control.WriteJSON(w, http.StatusOK, map[string]refreshState{"refresh": state})
}
