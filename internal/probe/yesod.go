package probe

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// The query endpoint's two paths; its version differs between the product and its
// resale.
const (
	yesodQuery       = "/api/v24.10/query"
	yesodResaleQuery = "/api/v22.10/query"
)

// yesodMembers is how many members' histories are read at most.
const yesodMembers = 10

// yesodSeen is what a YESOD tenant answered.
type yesodSeen struct {
	queries         map[string]sample // by path, of nobody
	labels, options sample
	tasks           sample
	organizations   sample
	members         sample
	histories       sample
	attributes      map[string]string // the configured ids by name
	queryPath       string
}

func probeYesod(ctx context.Context, t Target) []Finding {
	ask := func(path string, query url.Values) sample {
		return read(ctx, t.Client, "yesod.probe", get(t.Link.URL, path, query, bearer))
	}
	question := func(path, entity string, condition object, attributes ...string) sample {
		body := object{
			"query":                  object{"type": "AttributeQuery", "condition": condition, "onlyLatestData": false},
			"attributeSelector":      append([]string{}, attributes...),
			"groupAttributeSelector": []string{},
		}
		return read(ctx, t.Client, "yesod.probe", post(t.Link.URL, path, url.Values{"entityType": {entity}}, body, bearer))
	}
	ids := t.Link.Attributes
	seen := yesodSeen{
		queries: map[string]sample{}, attributes: ids, queryPath: t.Link.Paths["query"],
		labels: ask("/api/v21.07/attributeLabel", nil), options: ask("/api/v25.04/options", nil),
	}
	nobody := object{
		"attributeId": ids["email"], "comparisonOperator": "EQ", "comparisonValue": "nobody@hitotsu.invalid",
		"referenceIds": nil,
	}
	for _, path := range []string{yesodQuery, yesodResaleQuery, seen.queryPath} {
		if _, ok := seen.queries[path]; !ok {
			seen.queries[path] = question(path, "member", nobody)
		}
	}
	if path, ok := seen.working(); ok {
		present := func(attribute string) object {
			return object{"attributeId": ids[attribute], "comparisonOperator": "ISNOTNULL", "referenceIds": nil}
		}
		seen.organizations = question(path, "organization", present("organization"), ids["organization"])
		seen.members = question(path, "member", present("company"))
	}
	today := t.Now().In(time.FixedZone("JST", 9*60*60))
	for _, days := range []int{7, 31, 365} {
		if seen.tasks = ask("/api/v22.10/authorityTasks", url.Values{
			"from": {today.AddDate(0, 0, 1-days).Format(time.DateOnly)}, "days": {strconv.Itoa(days)},
		}); len(objects(at(seen.tasks.doc, "tasks"))) > 0 {
			break
		}
	}
	for i, row := range objects(at(seen.members.doc, "queryResult")) {
		id, ok := row["id"].(string)
		if a, b := oldValues(seen.histories.doc); !ok || i == yesodMembers || a+b > 0 {
			break
		}
		seen.histories = ask("/api/v22.10/members/"+url.PathEscape(id)+"/histories", nil)
	}
	return judge(yesodFacts(), &seen)
}

// working returns a path of the query endpoint that answers, the configured one
// first.
func (s *yesodSeen) working() (string, bool) {
	for _, path := range []string{s.queryPath, yesodQuery, yesodResaleQuery} {
		if queried(s.queries[path]) {
			return path, true
		}
	}
	return "", false
}

// queried says that a query was answered, if with nobody.
func queried(s sample) bool {
	return s.ok() && (at(s.doc, "queryResult") != nil || at(s.doc, "timestamp") != nil)
}

func yesodFacts() []fact[yesodSeen] {
	return []fact[yesodSeen]{
		{"the query endpoint is " + yesodQuery, "the product's clients; its resale documents v22.10", queryPath},
		{
			"the tenant has the attributes under their standard ids", "attribute tables of the product and its resale",
			attributeIDs,
		},
		{"an organisation's row tells its parent", "resale's document, query answer; groups have a parent", tellsParent},
		{"the answer of a query is a list", "resale's document, sample against table", queryList},
		{"English labels of options are under en_UN", "resale's document, options", optionLabels},
		{"the value before a change is spelt previosValue", "resale's document, histories", previousSpelling},
		{"the time of a task's approval is spelt approvedAt", "product's document against its resale's", approvalSpelling},
		{
			"an import waits until somebody approves it in the console", "both documents, members/import",
			unprobed[yesodSeen]("it would change members"),
		},
		{
			"the line numbers of an import's answer leave the header out", "resale's document, sample; header_counted",
			unprobed[yesodSeen]("it would change members"),
		},
	}
}

func approvalSpelling(s *yesodSeen) outcome {
	tasks := at(s.tasks.doc, "tasks")
	right, resale := countKey(tasks, "approvedAt"), countKey(tasks, "approveAt")
	if right+resale == 0 {
		return unknown("no task of the last year tells its approval: %s", s.tasks)
	}
	return either(right > 0, "approvedAt %d times, approveAt %d times", right, resale)
}

func queryPath(s *yesodSeen) outcome {
	line := yesodQuery + ": " + s.queries[yesodQuery].String() + ", " +
		yesodResaleQuery + ": " + s.queries[yesodResaleQuery].String()
	switch {
	case queried(s.queries[yesodQuery]):
		return confirmed("%s", line).set("paths.query", yesodQuery)
	case queried(s.queries[yesodResaleQuery]):
		return refuted("%s", line).set("paths.query", yesodResaleQuery)
	default:
		return unknown("%s", line)
	}
}

func attributeIDs(s *yesodSeen) outcome {
	labels := objects(s.labels.doc)
	if having(labels, "attributeId") == 0 {
		return unknown("no attribute was read: %s", s.labels)
	}
	have := map[any]bool{}
	for _, l := range labels {
		have[l["attributeId"]] = true
	}
	var missing []string
	for key, id := range s.attributes {
		if id != "" && !have[id] {
			missing = append(missing, "attributes."+key)
		}
	}
	slices.Sort(missing)
	if len(missing) == 0 {
		return confirmed("all %d are among the tenant's %d attributes", len(s.attributes), len(labels))
	}
	return refuted("%d of %d are not among the tenant's %d attributes; set the ids that the console shows%s",
		len(missing), len(s.attributes), len(labels), list(missing))
}

func tellsParent(s *yesodSeen) outcome {
	all := objects(at(s.organizations.doc, "queryResult"))
	if len(all) == 0 {
		return unknown("no organisation was read: %s", s.organizations)
	}
	tell := 0
	for _, row := range all {
		if countKey(row, "parent") > 0 {
			tell++
		}
	}
	return either(tell > 0, "%d of %d rows have parent; their fields are %s", tell, len(all), fields(all))
}

func queryList(s *yesodSeen) outcome {
	path, ok := s.working()
	if !ok {
		return unknown("no query was answered")
	}
	result := at(s.queries[path].doc, "queryResult")
	_, isList := result.([]any)
	if !isList && result == nil {
		return unknown("there is no queryResult")
	}
	return either(isList, "queryResult is %s", map[bool]string{true: "a list", false: "an object"}[isList])
}

func optionLabels(s *yesodSeen) outcome {
	wrong, right := countKey(labelsOf(s.options.doc), "en_UN"), countKey(labelsOf(s.options.doc), "en_US")
	if wrong+right == 0 {
		return unknown("no option with an English label was read: %s", s.options)
	}
	return either(wrong > 0, "en_UN %d times, en_US %d times", wrong, right)
}

// labelsOf leaves out the labels of the attributes beside those of the options.
func labelsOf(doc any) any {
	var out []any
	for _, o := range objects(doc) {
		out = append(out, o["labels"])
	}
	return out
}

func previousSpelling(s *yesodSeen) outcome {
	printed, right := oldValues(s.histories.doc)
	if printed+right == 0 {
		return unknown("the members looked at have no change with an old value: %s", s.histories)
	}
	return either(printed > right, "previosValue has %d values, previousValue %d", printed, right)
}

// oldValues counts the values under the two spellings of the field: a null says
// nothing about which of them is used.
func oldValues(doc any) (printed, right int) {
	return len(values(doc, "previosValue")), len(values(doc, "previousValue"))
}
