package yesod

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// maxLeavingDate is the literal that baseDate takes instead of a date (facts
// 1.4).
const maxLeavingDate = "maxLeavingDate"

type queryRequest struct {
	Query                  *node    `json:"query"`
	AttributeSelector      []string `json:"attributeSelector"`
	GroupAttributeSelector []string `json:"groupAttributeSelector"`
}

type interval struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type queryReply struct {
	Date          string   `json:"date"`
	QueryInterval interval `json:"queryInterval"`
	QueryResult   []result `json:"queryResult"`
	Timestamp     string   `json:"timestamp"`
}

type result struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	// Email and Groups are there for members only.
	Email      string           `json:"email,omitempty"`
	Attributes []attributeReply `json:"attributes"`
	Groups     *[]groupReply    `json:"groups,omitempty"`
	// ConditionResults are attributeReply and diffReply.
	ConditionResults []any `json:"conditionResults"`
}

type attributeReply struct {
	AttributeID    string  `json:"attributeId"`
	AttributeLabel string  `json:"attributeLabel"`
	Values         []Value `json:"values"`
}

type groupReply struct {
	GroupID    string           `json:"groupId"`
	GroupType  string           `json:"groupType"`
	GroupCode  string           `json:"groupCode"`
	Name       string           `json:"name"`
	Depth      int              `json:"depth"`
	Attributes []attributeReply `json:"attributes"`
	Parent     *groupReply      `json:"parent"`
}

// span is the time of a query.
type span struct {
	today string
	// base is the day everybody is looked at; "" looks at each on their own.
	base string
	// from and to, when given, keep those whose own day is in from <= day < to.
	from, to string
}

func (s *Server) readSpan(q url.Values) (span, string) {
	sp := span{today: s.today(), from: q.Get("from"), to: q.Get("to")}
	base := q.Get("baseDate")
	if base != maxLeavingDate {
		day, ok := s.day(base)
		if !ok {
			return sp, "baseDate must be YYYY-MM-DD or maxLeavingDate"
		}
		if sp.from != "" || sp.to != "" {
			return sp, "from and to go with baseDate=maxLeavingDate only"
		}
		sp.base = day
		return sp, ""
	}
	for _, v := range []string{sp.from, sp.to} {
		if _, ok := s.day(v); !ok {
			return sp, "from and to must be YYYY-MM-DD"
		}
	}
	return sp, ""
}

// dayOf is the day a member is looked at, and whether the query wants it.
func (sp span) dayOf(left string) (string, bool) {
	if sp.base != "" {
		return sp.base, true
	}
	day := sp.today
	if left != "" {
		day = min(day, left)
	}
	return day, day >= sp.from && (sp.to == "" || day < sp.to)
}

// reply is the queryInterval of the answer: by default the base date and the
// day after (facts 1.4).
func (sp span) reply() interval {
	from := sp.base
	if from == "" {
		from = sp.today
	}
	next := from
	if t, err := time.Parse(time.DateOnly, from); err == nil {
		next = t.AddDate(0, 0, 1).Format(time.DateOnly)
	}
	if sp.from != "" {
		from = sp.from
	}
	if sp.to != "" {
		next = sp.to
	}
	return interval{from, next}
}

// query is POST /api/{version}/query (facts 1.4.1 and 1.4.2). It has no pages:
// everything that matches is in one answer (facts 1.1).
func (s *Server) query(w http.ResponseWriter, r *http.Request) {
	sp, problem := s.readSpan(r.URL.Query())
	if problem != "" {
		s.fail(w, http.StatusBadRequest, problem)
		return
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		s.fail(w, http.StatusUnsupportedMediaType, "send application/json")
		return
	}
	var req queryRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&req); err != nil {
		s.fail(w, http.StatusBadRequest, "the body is not JSON")
		return
	}
	d := s.data()
	t, err := d.compile(req.Query, 1)
	if err != nil {
		s.fail(w, http.StatusBadRequest, err.Error())
		return
	}
	for _, id := range slices.Concat(req.AttributeSelector, req.GroupAttributeSelector) {
		if _, ok := d.attributes[id]; !ok {
			s.fail(w, http.StatusBadRequest, errAttribute.Error())
			return
		}
	}
	kind := r.URL.Query().Get("entityType")
	over := sp.reply()
	reply := queryReply{Date: over.From, QueryInterval: over, Timestamp: s.timestamp()}
	switch kind {
	case "", kindMember:
		reply.QueryResult = d.findMembers(t, sp, req)
	case kindCompany, kindOrganization, kindOffice, kindProject:
		reply.QueryResult = d.findGroups(kind, t, sp, req)
	default:
		s.fail(w, http.StatusBadRequest, "entityType is unknown")
		return
	}
	control.WriteJSON(w, http.StatusOK, reply)
}

func (d *data) findMembers(t test, sp span, req queryRequest) []result {
	out := []result{}
	for _, m := range d.members {
		day, wanted := sp.dayOf(m.left)
		if !wanted {
			continue
		}
		now := d.on(m.attrs, day)
		// Before the first day there is nobody, so not even ISNULL finds them.
		if len(now) == 0 || !t.match(subject{d, now, m.attrs, sp.reply()}) {
			continue
		}
		groups := d.groupsOf(now, day, req.GroupAttributeSelector)
		out = append(out, result{
			ID: m.id, Type: kindMember, Email: now.text(email), Groups: &groups,
			Attributes:       d.selectAttributes(now, req.AttributeSelector),
			ConditionResults: d.conditionResults(t, subject{d, now, m.attrs, sp.reply()}),
		})
	}
	return out
}

func (d *data) findGroups(kind string, t test, sp span, req queryRequest) []result {
	out := []result{}
	for _, g := range d.groups[kind] {
		day, wanted := sp.dayOf("")
		now := d.on(g.attrs, day)
		if !wanted || len(now) == 0 || !t.match(subject{d, now, g.attrs, sp.reply()}) {
			continue
		}
		out = append(out, result{
			ID: g.id, Type: kind, Attributes: d.selectAttributes(now, req.AttributeSelector),
			ConditionResults: d.conditionResults(t, subject{d, now, g.attrs, sp.reply()}),
		})
	}
	return out
}

// on is the values that hold on a day; before the first day there are none. A
// reference shows the name that its group has on the day.
func (d *data) on(v values, day string) values {
	out := values{}
	for id, list := range v {
		for _, one := range list {
			if one.holds(day) {
				if g := d.byID[one.ReferenceID]; g != nil {
					one.Value = g.nameOn(day)
				}
				out[id] = append(out[id], one)
			}
		}
	}
	return out
}

// selectAttributes picks attributes that have a value, in the order asked for.
func (d *data) selectAttributes(now values, ids []string) []attributeReply {
	out := []attributeReply{}
	for i, id := range ids {
		if len(now[id]) > 0 && !slices.Contains(ids[:i], id) {
			out = append(out, attributeReply{AttributeID: id, AttributeLabel: d.attributes[id].ja, Values: now[id]})
		}
	}
	return out
}

// groupsOf is the groups a member belongs to, each with all above it: this is
// where the hierarchy can be seen (facts 1.4.2).
func (d *data) groupsOf(now values, day string, ids []string) []groupReply {
	out := []groupReply{}
	for _, attr := range []string{companyName, organization, office, project} {
		for _, v := range now[attr] {
			out = append(out, *d.groupReply(d.byID[v.ReferenceID], day, ids))
		}
	}
	return out
}

func (d *data) groupReply(g *group, day string, ids []string) *groupReply {
	if g == nil {
		return nil
	}
	return &groupReply{
		GroupID: g.id, GroupType: g.kind, GroupCode: g.code, Name: g.nameOn(day), Depth: g.depth,
		Attributes: d.selectAttributes(d.on(g.attrs, day), ids), Parent: d.groupReply(g.parent, day, ids),
	}
}
