package probe

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

const (
	// jobcanDays is how many days before today are looked at for punches: enough to
	// reach beyond the longest holidays.
	jobcanDays = 14
	// jobcanRows is how many punches make a day worth looking at.
	jobcanRows = 10
)

// jobcanSeen is what a Jobcan tenant answered.
type jobcanSeen struct {
	token             sample
	prefixed          bool   // access_token begins with "Bearer "
	worded, plain     sample // employees, with and without "Bearer "
	employees, adits  sample
	oneAdit           sample // a page of count=1, of somebody with several punches
	punches           int    // of that employee
	daily, leaveTypes sample
	refused           sample
	// today is the day of the probe. assumed holds, by name, what answered on the
	// paths that would fit; worker is somebody who worked on the day of daily.
	today           string
	assumed         map[string]sample
	worker          bool
	workMinutes     string
	monthly, beyond sample
	codes, types    []string // configured names
	times           []string
}

func probeJobcan(ctx context.Context, t Target) []Finding {
	// The probe fetches a token of its own, as the form of the answer is one of the
	// questions. The link's limits hold.
	client := t.Client.WithTokens(nil)
	seen := jobcanSeen{
		assumed: map[string]sample{},
		codes:   t.Link.StaffCodeFields, types: t.Link.AditTypeFields, times: t.Link.RecordedAtFields,
		token: read(ctx, client, "jobcan.probe", func(ctx context.Context, _ string) (*http.Request, error) {
			return jobcanTokenRequest(ctx, t)
		}),
	}
	token, _ := at(seen.token.doc, "access_token").(string)
	bare := token
	if word := "bearer "; len(token) > len(word) && strings.EqualFold(token[:len(word)], word) {
		seen.prefixed, bare = true, token[len(word):]
	}
	ask := func(authorization, path string, query url.Values) sample {
		return read(ctx, client, "jobcan.probe",
			get(t.Link.URL, path, query, func(string) string { return authorization }))
	}
	if bare == "" {
		return judge(jobcanFacts(), &seen)
	}
	paths, first := t.Link.Paths, url.Values{"count": {"100"}, "last_id": {"0"}}
	seen.worded = ask("Bearer "+bare, paths["employees"], first)
	seen.plain = ask(bare, paths["employees"], first)
	authorization := "Bearer " + bare
	seen.employees = seen.worded
	if !seen.worded.ok() && seen.plain.ok() {
		authorization, seen.employees = bare, seen.plain
	}
	on := func(day, count, after string) url.Values {
		return url.Values{"count": {count}, "last_id": {after}, "date": {day}}
	}
	today := t.Now().In(time.FixedZone("JST", 9*60*60))
	seen.today = today.Format(time.DateOnly)
	day := seen.askAdits(today, func(date string) sample {
		return ask(authorization, paths["adits"], on(date, "100", "0"))
	})
	if id, punches := often(rows(seen.adits.doc)); id > 0 {
		seen.punches = punches
		seen.oneAdit = ask(authorization, paths["adits"], on(day, "1", strconv.FormatInt(id-1, 10)))
	}
	seen.daily = ask(authorization, paths["daily_summaries"], on(day, "100", "0"))
	seen.leaveTypes = ask(authorization, paths["holiday_types"], nil)
	seen.refused = ask(authorization, paths["adits"], on("2026-99-99", "100", "0"))
	for name, path := range jobcan.AssumedPaths() {
		if name != jobcan.Stamps { // which is a write
			seen.assumed[string(name)] = ask(authorization, path, first)
		}
	}
	seen.askMonthly(day, func(id string, period url.Values) sample {
		return ask(authorization, strings.ReplaceAll(paths["monthly_of"], "{employee_id}", id), period)
	})
	return judge(jobcanFacts(), &seen)
}

// askAdits looks back from today for a day with punches enough, and returns the one
// with the most.
func (s *jobcanSeen) askAdits(today time.Time, of func(date string) sample) (day string) {
	for back := 1; back <= jobcanDays && len(rows(s.adits.doc)) < jobcanRows; back++ {
		date := today.AddDate(0, 0, -back).Format(time.DateOnly)
		answer := of(date)
		if back == 1 || len(rows(answer.doc)) > len(rows(s.adits.doc)) {
			day, s.adits = date, answer
		}
	}
	return day
}

// askMonthly asks for the monthly summary of somebody who worked on a day: for that
// day alone, and for the next one too.
func (s *jobcanSeen) askMonthly(day string, of func(id string, period url.Values) sample) {
	id, minutes := worked(rows(s.daily.doc), day)
	if id == "" {
		return
	}
	s.worker, s.workMinutes = true, minutes
	s.monthly = of(id, url.Values{"start_date": {day}, "end_date": {day}})
	s.beyond = of(id, url.Values{"start_date": {day}, "end_date": {dayAfter(day)}})
}

func dayAfter(day string) string {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return d.AddDate(0, 0, 1).Format(time.DateOnly)
}

// worked finds somebody with minutes of work on a day.
func worked(all []object, day string) (id, minutes string) {
	for _, o := range all {
		if work := number(o["work"]); o["date"] == day && work != "" && work != "0" {
			if who := number(o["employee_id"]); who != "" {
				return who, work
			}
		}
	}
	return "", ""
}

// often finds an employee who punched more than once; the id is 0 when nobody did.
func often(all []object) (id int64, punches int) {
	counts := map[string]int{}
	for _, o := range all {
		who := number(o["employee_id"])
		counts[who]++
		if n, err := strconv.ParseInt(who, 10, 64); err == nil && counts[who] > 1 && (id == 0 || id == n) {
			id, punches = n, counts[who]
		}
	}
	return id, punches
}

func jobcanTokenRequest(ctx context.Context, t Target) (*http.Request, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	if len(t.Link.Scopes) > 0 {
		form.Set("scope", strings.Join(t.Link.Scopes, " "))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.Link.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(t.Link.ClientID, t.Link.ClientSecret.Reveal())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	return req, nil
}

// jobcanFacts cites public clients: Jobcan's reference is for customers only.
func jobcanFacts() []fact[jobcanSeen] {
	facts := []fact[jobcanSeen]{
		{"the answer to a token request tells expires_in", "token endpoint; the life is not public", tokenLife},
		{"access_token comes without Bearer before it", "token endpoint; public clients differ", tokenPrefix},
		{"the token is sent behind Bearer", "public clients differ", bearerWord},
		{
			"an employee has a staff code under a configured name",
			"GET /master/v1/employees; the name is not public", staffCode,
		},
		{"a punch has a type under a configured name", "GET /attendance/v1/adits; the name is not public", aditType},
		{"a punch has its time under a configured name", "GET /attendance/v1/adits, one public client", aditTime},
		{"a punch's time has an offset", "GET /attendance/v1/adits; not public", aditOffset},
		{"the count of a page of punches counts employees", "GET /attendance/v1/adits; not public", countMeaning},
		{
			"a daily summary has employee_id, date and work",
			"GET /attendance/v1/summaries/daily, two public clients", dailyFields,
		},
		{
			"kinds of leave come under holiday_types",
			"GET /holiday/v1/holiday-types; a public client takes three forms", leaveEnvelope,
		},
		{"a day that does not exist is answered with HTTP 400 and JSON", "reference's list of statuses", refusedDay},
		{"those who have left are still listed", "GET /master/v1/employees; not public", leftListed},
		{"end_date of a monthly summary is included", "GET /attendance/v1/summaries/monthly; not public", endIncluded},
		{
			"a recalculation ends as finished, and says pending before", "POST …/refresh, one public client",
			unprobed[jobcanSeen]("it would recalculate summaries"),
		},
		{
			"HTTP 429 tells when to come again", "reference's list of statuses; the limit is not public",
			unprobed[jobcanSeen]("it would take calls until they are refused"),
		},
		{
			"a stamp is written to /attendance/v1/stamps", "scope apiStamp.create; all else is our contract",
			unprobed[jobcanSeen]("it would stamp somebody"),
		},
	}
	return append(facts, assumedFacts()...)
}

// assumedFacts are those about what only has a public scope, in the order of
// their names.
func assumedFacts() []fact[jobcanSeen] {
	paths := jobcan.AssumedPaths()
	delete(paths, jobcan.Stamps)
	var out []fact[jobcanSeen]
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		path := paths[name]
		out = append(out, fact[jobcanSeen]{
			strings.ReplaceAll(string(name), "_", " ") + " can be read at " + path, "a public scope; the path is our contract",
			func(s *jobcanSeen) outcome {
				switch answer := s.assumed[string(name)]; {
				case answer.ok():
					return confirmed("%s", answer).set("assumed."+string(name), path)
				case answer.status == http.StatusNotFound:
					return refuted("%s", answer)
				default:
					return unknown("%s", answer)
				}
			},
		})
	}
	return out
}

// leftListed can be confirmed only: nobody may have left.
func leftListed(s *jobcanSeen) outcome {
	all, left := rows(s.employees.doc), 0
	for _, o := range all {
		if day, ok := o["retired_day"].(string); ok && form(day) == "9999-99-99" && day < s.today {
			left++
		}
	}
	if left == 0 {
		return unknown("none of %d rows has a past retired_day: %s", len(all), s.employees)
	}
	return confirmed("%d of %d rows have a past retired_day", left, len(all))
}

// endIncluded compares the total of one day with the day's own, and of two days.
func endIncluded(s *jobcanSeen) outcome {
	if !s.worker {
		return unknown("nobody is seen to have worked: %s", s.daily)
	}
	work := func(m sample) string { return number(at(m.doc, "work", "all")) }
	switch {
	case work(s.monthly) == s.workMinutes:
		return confirmed("the total from a day to the same day is that day's")
	case work(s.monthly) == "0" && work(s.beyond) == s.workMinutes:
		return refuted("the total from a day to the next is that of the first alone")
	default:
		return unknown("to the same day: %s, to the next: %s", s.monthly, s.beyond)
	}
}

func tokenLife(s *jobcanSeen) outcome {
	if at(s.token.doc, "access_token") == nil {
		return unknown("no token was given: %s", s.token)
	}
	o, _ := s.token.doc.(object)
	_, ok := o["expires_in"]
	return either(ok, "the answer has %s", fields([]object{o}))
}

func tokenPrefix(s *jobcanSeen) outcome {
	if at(s.token.doc, "access_token") == nil {
		return unknown("no token was given: %s", s.token)
	}
	return either(!s.prefixed, "it %s with Bearer", map[bool]string{true: "begins", false: "does not begin"}[s.prefixed])
}

func bearerWord(s *jobcanSeen) outcome {
	switch {
	case s.worded.ok():
		return confirmed("with Bearer: %s, without: %s", s.worded, s.plain).set("bare_token", "false")
	case s.plain.ok():
		return refuted("with Bearer: %s, without: %s", s.worded, s.plain).set("bare_token", "true")
	default:
		return unknown("with Bearer: %s, without: %s", s.worded, s.plain)
	}
}

// under looks for a field by its possible names.
func under(all []object, key string, names []string, nothing sample) outcome {
	if len(all) == 0 {
		return unknown("no row was read: %s", nothing)
	}
	if n, ok := firstOf(all, names); ok {
		return confirmed("%d of %d rows have %s", having(all, n), len(all), n).set(key, n)
	}
	return refuted("none of %s; the fields are %s", strings.Join(names, ", "), fields(all))
}

func staffCode(s *jobcanSeen) outcome {
	return under(rows(s.employees.doc), "staff_code_fields", s.codes, s.employees)
}

func aditType(s *jobcanSeen) outcome {
	return under(rows(s.adits.doc), "adit_type_fields", s.types, s.adits)
}

func aditTime(s *jobcanSeen) outcome {
	return under(rows(s.adits.doc), "recorded_at_fields", s.times, s.adits)
}

func aditOffset(s *jobcanSeen) outcome {
	all := rows(s.adits.doc)
	n, ok := firstOf(all, s.times)
	if !ok {
		return unknown("no punch with a time was read: %s", s.adits)
	}
	var times []any
	offset := 0
	for _, o := range all {
		if f := form(o[n]); o[n] != nil {
			times = append(times, o[n])
			if strings.HasSuffix(f, "+99:99") || strings.HasSuffix(f, "+9999") || strings.HasSuffix(f, "Z") {
				offset++
			}
		}
	}
	_, line := forms(times)
	return either(offset > 0 && offset == len(times), "the forms are %s", line)
}

func countMeaning(s *jobcanSeen) outcome {
	if s.punches == 0 {
		return unknown("nobody is seen to have punched twice: %s", s.adits)
	}
	page := rows(s.oneAdit.doc)
	if len(page) == 0 {
		return unknown("no punch was read: %s", s.oneAdit)
	}
	return either(len(page) > 1, "count=1 brought %d of the %d punches of one employee", len(page), s.punches)
}

func dailyFields(s *jobcanSeen) outcome {
	all := rows(s.daily.doc)
	if len(all) == 0 {
		return unknown("no summary was read: %s", s.daily)
	}
	complete := having(all, "employee_id") == len(all) && having(all, "date") == len(all) && having(all, "work") > 0
	return either(complete, "%d rows; the fields are %s", len(all), fields(all))
}

func leaveEnvelope(s *jobcanSeen) outcome {
	if !s.leaveTypes.ok() {
		return unknown("kinds of leave could not be read: %s", s.leaveTypes)
	}
	o, isObject := s.leaveTypes.doc.(object)
	if !isObject {
		return refuted("the answer is a list")
	}
	_, ok := o["holiday_types"]
	return either(ok, "the answer has %s", fields([]object{o}))
}

func refusedDay(s *jobcanSeen) outcome {
	if s.refused.status == 0 || s.refused.ok() {
		return unknown("a day that does not exist: %s", s.refused)
	}
	o, _ := s.refused.doc.(object)
	return either(s.refused.status == http.StatusBadRequest && s.refused.doc != nil,
		"%s, with %s", s.refused, fields([]object{o}))
}
