package probe

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// akashiDays is how many days before today are read: enough to reach beyond the
// longest holidays.
const akashiDays = 14

// akashiSeen is what an AKASHI tenant answered.
type akashiSeen struct {
	staffs, slashed, refused, stamps, records, breaks, nobody sample
	// By the form of dates in the query.
	projects, manhours, manhoursOf map[string]sample
}

// layouts are the forms of dates that the configuration knows, in Go's notation.
func layouts() map[string]string {
	return map[string]string{"yyyymmdd": "20060102", "yyyy/mm/dd": "2006/01/02", "yyyymmddHHMMSS": "20060102150405"}
}

func probeAkashi(ctx context.Context, t Target) []Finding {
	a := akashiAsker{Target: t, ctx: ctx}
	seen := akashiSeen{
		staffs: a.get("/staffs", "page", "0"), slashed: a.get("/staffs/", "page", "0"),
		projects: map[string]sample{}, manhours: map[string]sample{}, manhoursOf: map[string]sample{},
	}
	seen.nobody = read(ctx, t.Client.WithTokens(nil), "akashi.probe",
		func(ctx context.Context, _ string) (*http.Request, error) {
			query := url.Values{"page": {"0"}, "token": {noToken}}
			return request(ctx, http.MethodGet, t.Link.URL+"/"+t.Link.Company+"/staffs", query, nil, "")
		})
	today := t.Now().In(time.FixedZone("JST", 9*60*60))
	day := time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, today.Location())
	from, to := day.AddDate(0, 0, -akashiDays), day.AddDate(0, 0, -1)
	var ids []string
	for _, staff := range objects(at(seen.staffs.doc, "response", "staffs")) {
		if id := number(staff["staffId"]); id != "" {
			ids = append(ids, id)
		}
	}
	for f, layout := range layouts() {
		seen.projects[f] = a.period("/projects", from, to, layout)
		seen.manhours[f] = a.period("/manhours", from, to, layout)
		if len(ids) > 0 {
			seen.manhoursOf[f] = a.period("/manhours/"+ids[0], from, to, layout)
		}
	}
	// There is no 99th day in a 99th month.
	seen.refused = a.get("/multiple_stamps", "start_date", "20269999000000", "end_date", "20269999235959",
		"staff_ids", cmp.Or(strings.Join(ids, ","), "1"))
	if len(ids) > 0 {
		list := strings.Join(ids, ",")
		seen.records = a.get("/working_records", "start_date", from.Format("20060102"), "end_date", to.Format("20060102"),
			"staff_ids", list)
		seen.breaks = a.get("/working_records", "start_date", from.Format("20060102"), "end_date", to.Format("20060102"),
			"staff_ids", list, "include_break_results", "1")
		for d := to; !d.Before(from) && len(values(seen.stamps.doc, "timezone")) == 0; d = d.AddDate(0, 0, -1) {
			seen.stamps = a.get("/multiple_stamps", "start_date", d.Format("20060102150405"),
				"end_date", d.AddDate(0, 0, 1).Add(-time.Second).Format("20060102150405"), "staff_ids", list)
		}
	}
	return judge(akashiFacts(), &seen)
}

// number is an id as digits, however it was written.
func number(v any) string {
	s := fmt.Sprint(v)
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s
}

type akashiAsker struct {
	Target
	ctx context.Context //nolint:containedctx // lives for one probe, as the arguments would.
}

// get reads a path below the company; the token is in the query, as in every GET
// of the document.
func (a akashiAsker) get(path string, pairs ...string) sample {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	return read(a.ctx, a.Client, "akashi.probe", func(ctx context.Context, token string) (*http.Request, error) {
		query.Set("token", token)
		return request(ctx, http.MethodGet, a.Link.URL+"/"+a.Link.Company+path, query, nil, "")
	})
}

func (a akashiAsker) period(path string, from, to time.Time, layout string) sample {
	return a.get(path, "start_date", from.Format(layout), "end_date",
		to.AddDate(0, 0, 1).Add(-time.Second).Format(layout), "page", "0")
}

// taken says that AKASHI did what it was asked; told that it refused in its own
// words.
func taken(s sample) bool {
	return s.ok() && at(s.doc, "response") != nil && at(s.doc, "success") != false && at(s.doc, "success") != "false"
}

func told(s sample) bool {
	success := at(s.doc, "success")
	return s.doc != nil && (success == false || success == "false" || at(s.doc, "errors") != nil && !taken(s))
}

func akashiFacts() []fact[akashiSeen] {
	return []fact[akashiSeen]{
		{"the totals of staff are spelt Count and TotalCount", "API document 6.4, table against sample", totalSpelling},
		{"staff are also found with a slash behind the path", "API document 6.4; live clients", trailingSlash},
		{"a refused call is answered with HTTP 200", "API document 5.1.1", refusalStatus},
		{"a refused token is answered with HTTP 401", "API document 5.1.1 does not say", refusedAkashiToken},
		{"error codes come without a blank", "API document 6.3, sample", plainCodes},
		{"the text of an error is named message", "API document 6.1, table; all others", messageKey},
		{"login_company_code is written as text", "API document 6.4, table against sample", companyCode},
		{"integers are written as numbers", "API document 6.4, types of the table", numbersAsNumbers},
		{"the time zone of a stamp is written in hours, as +9.0", "API document 6.7 and 6.10 against 6.6", zoneSpelling},
		{"working records come as an array", "API document 6.11, sample against table", recordsEnvelope},
		{"punch times are named start_punch_time and end_punch_time", "API document 6.11, sample against table", punchNames},
		{"breaks can be asked for over a period", "API document 6.11 forbids it; live clients do it", breaksOfPeriod},
		{"projects are asked for with days as yyyymmdd", "API document 6.16, sample against table", projectDates},
		{"days of projects are answered as yyyy-mm-dd", "API document 6.16, sample", projectAnswers},
		{"man-hours are asked for with days as yyyymmddHHMMSS", "API document 6.24 and 6.25 do not say", manhourDates},
		{"man-hours of one person are refused with days as yyyymmdd", "live clients of 6.25", shortManhourDays},
		{
			"staff are changed by PATCH", "API document 6.3, table against sample; post_staffs",
			unprobed[akashiSeen]("it would change staff"),
		},
		{
			"working conditions are changed by PATCH", "API document 6.12, table against sample; post_working_conditions",
			unprobed[akashiSeen]("it would change working conditions"),
		},
		{
			"staff are retired and deleted below /staff", "API document 6.5 against its siblings; staff_path",
			unprobed[akashiSeen]("it would destroy"),
		},
		{
			"days in changes are written yyyy/mm/dd", "API document 6.18, 6.26 and 6.27, tables against samples; write_dates",
			unprobed[akashiSeen]("it would change projects or man-hours"),
		},
		{
			"changed staff are answered under staffs", "API document 6.3, table against sample",
			unprobed[akashiSeen]("it would change staff"),
		},
		{
			"man-hours of other projects must be deleted before new ones take", "live clients of 6.26",
			unprobed[akashiSeen]("it would change man-hours"),
		},
		{
			"the old token dies when it is exchanged", "API document 6.9 does not say",
			unprobed[akashiSeen]("it would spend the token"),
		},
		{
			"machine dependent characters are refused", "API document, pictures; machine_dependent_1 and _2",
			unprobed[akashiSeen]("it would change texts"),
		},
	}
}

func refusedAkashiToken(s *akashiSeen) outcome { return refusedToken(taken(s.staffs), s.nobody) }

func plainCodes(s *akashiSeen) outcome {
	codes := values(at(s.refused.doc, "errors"), "code")
	if len(codes) == 0 {
		return unknown("no error with a code was seen: %s", s.refused)
	}
	blank := 0
	for _, code := range codes {
		if text, ok := code.(string); ok && strings.TrimSpace(text) != text {
			blank++
		}
	}
	return either(blank == 0, "%d of %d codes have a blank beside them", blank, len(codes))
}

func messageKey(s *akashiSeen) outcome {
	errs := objects(at(s.refused.doc, "errors"))
	if len(errs) == 0 {
		return unknown("no error was seen: %s", s.refused)
	}
	return either(having(errs, "message") == len(errs), "the fields are %s", fields(errs))
}

func companyCode(s *akashiSeen) outcome {
	switch at(s.staffs.doc, "response", "login_company_code").(type) {
	case string:
		return confirmed("it is text")
	case json.Number:
		return refuted("it is a number")
	default:
		return unknown("it is not in the answer: %s", s.staffs)
	}
}

func totalSpelling(s *akashiSeen) outcome {
	response, _ := at(s.staffs.doc, "response").(object)
	var have []string
	for _, key := range sorted(response) {
		if lower := strings.ToLower(strings.TrimSpace(key)); lower == "count" || lower == "totalcount" {
			have = append(have, strings.TrimSpace(key))
		}
	}
	if len(have) == 0 {
		return unknown("neither is in the answer: %s", s.staffs)
	}
	return either(slices.Equal(have, []string{"Count", "TotalCount"}), "spelt %s", strings.Join(have, " and "))
}

func trailingSlash(s *akashiSeen) outcome {
	if !taken(s.staffs) || s.slashed.status == 0 {
		return unknown("without a slash: %s, with one: %s", s.staffs, s.slashed)
	}
	return either(taken(s.slashed), "with a slash: %s", s.slashed)
}

func refusalStatus(s *akashiSeen) outcome {
	if !told(s.refused) {
		return unknown("a day that does not exist was not refused in AKASHI's envelope: %s", s.refused)
	}
	return either(s.refused.status == http.StatusOK, "a day that does not exist: %s, with an envelope", s.refused)
}

func numbersAsNumbers(s *akashiSeen) outcome {
	all := values(at(s.staffs.doc, "response", "staffs"), "staffId")
	if len(all) == 0 {
		return unknown("no staff was read: %s", s.staffs)
	}
	texts := 0
	for _, v := range all {
		if _, ok := v.(json.Number); !ok {
			texts++
		}
	}
	return either(texts == 0, "%d of %d staffId are strings", texts, len(all))
}

func zoneSpelling(s *akashiSeen) outcome {
	all := values(s.stamps.doc, "timezone")
	if len(all) == 0 {
		return unknown("no stamp in the last %d days: %s", akashiDays, s.stamps)
	}
	counts, line := forms(all)
	hours := counts["+9.9"] + counts["+9.99"] + counts["9.9"]
	return either(hours == len(all), "the forms are %s", line)
}

func recordsEnvelope(s *akashiSeen) outcome {
	if !taken(s.records) {
		return unknown("working records could not be read: %s", s.records)
	}
	_, array := at(s.records.doc, "response").([]any)
	return either(array, "the response is %s", map[bool]string{true: "an array", false: "an object"}[array])
}

func punchNames(s *akashiSeen) outcome {
	start, end := "start_punch_time", "end_punch_time"
	table, tableEnd := "attendance_punch_time", "leaving_punch_time"
	count := func(key string) int { return countKey(s.records.doc, key) }
	if count(start)+count(end)+count(table)+count(tableEnd) == 0 {
		return unknown("no working record of the last %d days has punch times: %s", akashiDays, s.records)
	}
	return either(count(start) > 0 && count(end) > 0, "%s %d, %s %d, %s %d, %s %d times",
		start, count(start), end, count(end), table, count(table), tableEnd, count(tableEnd))
}

// countKey counts a key anywhere in a document, also with null behind it.
func countKey(doc any, key string) int {
	n := 0
	switch v := doc.(type) {
	case []any:
		for _, item := range v {
			n += countKey(item, key)
		}
	case object:
		for k, item := range v {
			if k == key {
				n++
			}
			n += countKey(item, key)
		}
	}
	return n
}

func breaksOfPeriod(s *akashiSeen) outcome {
	switch {
	case taken(s.breaks):
		return confirmed("breaks of %d days at once: %s", akashiDays, s.breaks).set("lenient_breaks", "true")
	case told(s.breaks) && taken(s.records):
		return refuted("breaks of %d days at once are refused, the same days without breaks are not", akashiDays).
			set("lenient_breaks", "false")
	default:
		return unknown("with breaks: %s, without: %s", s.breaks, s.records)
	}
}

// judgeForms compares how each form of dates was answered. best is the form that
// the gateway uses without a switch.
func judgeForms(key, best string, lists ...map[string]sample) outcome {
	order := []string{"yyyymmddHHMMSS", "yyyymmdd", "yyyy/mm/dd"}
	var good, parts []string
	for _, f := range order {
		all := true
		for _, list := range lists {
			all = all && taken(list[f])
		}
		if all {
			good = append(good, f)
		}
		parts = append(parts, fmt.Sprintf("%s %s", f, map[bool]string{true: "taken", false: "not taken"}[all]))
	}
	line := strings.Join(parts, ", ")
	switch {
	case len(good) == 0:
		return unknown("%s; may the token's owner read them?", line)
	case slices.Contains(good, best):
		return confirmed("%s", line).set(key, best)
	default:
		return refuted("%s", line).set(key, good[0])
	}
}

func projectDates(s *akashiSeen) outcome { return judgeForms("project_dates", "yyyymmdd", s.projects) }

func manhourDates(s *akashiSeen) outcome {
	return judgeForms("manhour_dates", "yyyymmddHHMMSS", s.manhours, s.manhoursOf)
}

func projectAnswers(s *akashiSeen) outcome {
	var all []any
	for _, answer := range s.projects {
		if !taken(answer) || len(all) > 0 {
			continue
		}
		for _, key := range []string{"start_date", "end_date"} {
			all = append(all, values(at(answer.doc, "response"), key)...)
		}
	}
	counts, line := forms(all)
	if delete(counts, "empty"); len(counts) == 0 {
		return unknown("no project with days was read")
	}
	return either(counts["9999-99-99"] > 0 && len(counts) == 1, "the forms are %s", line)
}

func shortManhourDays(s *akashiSeen) outcome {
	short, long := s.manhoursOf["yyyymmdd"], s.manhoursOf["yyyymmddHHMMSS"]
	if !taken(long) || !taken(short) && !told(short) {
		return unknown("with 14 digits: %s, with 8: %s", long, short)
	}
	return either(told(short), "8 digits are %s", map[bool]string{true: "refused", false: "taken"}[told(short)])
}
