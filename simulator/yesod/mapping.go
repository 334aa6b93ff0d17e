package yesod

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The mapping keywords that name no attribute (facts 1.2).
const (
	enterDate       = "enterDate"
	retireDate      = "retireDate"
	changeDate      = "changeDate"
	transactionType = "transactionType"
	projectCode     = "projectCode" // its attribute's id was never seen
)

// keywords are the aliases (facts 1.2); what they stand for is an attribute id
// or one of the words above.
func keywords() map[string]string {
	return map[string]string{
		"familyNameLocalPreferred": familyName, "givenNameLocalPreferred": givenName,
		"familyNamePhoneticPreferred": familyNamePhonetic, "givenNameLocalPhoneticPreferred": givenNamePhonetic,
		"familyNamePreferred": familyNameRoman, "givenNamePreferred": givenNameRoman,
		"email": email, "identificationNumber": identificationNumber,
		"company": companyName, "companyCode": companyCode, "enrollment": enrollment,
		"employmentType": employmentType, "employeeNumber": employeeNumber, "jobTitle": jobTitle,
		"organization": organization, "organizationCode": organizationCode, "role": role, "chargeRate": chargeRate,
		"office": office, "officeCode": officeCode,
		"project": project, "projectCode": projectCode, "projectRole": projectRole,
		"enterDate": enterDate, "retireDate": retireDate, "changeDate": changeDate, "transactionType": transactionType,
	}
}

// column is a column of the CSV with the numbers in its header; 0 is none.
type column struct{ index, ref, tier int }

// mapped is a line of the mapping: where the values of a keyword are.
type mapped struct {
	keyword   string
	ref, tier bool
	columns   []column
}

// mapping is the whole of it, by what the keywords stand for.
type mapping map[string]*mapped

// parseMapping reads the option mapping: lines of "keyword: header", where the
// header may carry {ref} and {tier} (facts 1.3.3).
func (d *data) parseMapping(text string, header []string) (mapping, error) {
	out, aliases := mapping{}, keywords()
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		left, right, ok := strings.Cut(line, ":")
		left, right = strings.TrimSpace(left), strings.TrimSpace(right)
		if !ok || left == "" || right == "" {
			return nil, fmt.Errorf("mapping: %q is not \"attribute: header\"", line)
		}
		keyword, known := aliases[left]
		if !known {
			if keyword = asID(left); d.attributes[keyword].id == "" {
				return nil, fmt.Errorf("mapping: %q is no attribute", left)
			}
		}
		if out[keyword] != nil {
			return nil, fmt.Errorf("mapping: %q is there twice", left)
		}
		m := &mapped{keyword: keyword, ref: strings.Contains(right, "{ref}"), tier: strings.Contains(right, "{tier}")}
		m.columns = findColumns(right, header)
		if len(m.columns) == 0 {
			return nil, fmt.Errorf("mapping: no column is headed %q", right)
		}
		out[keyword] = m
	}
	if len(out) == 0 {
		return nil, errMapping
	}
	return out, nil
}

// asID turns the UUID form of an attribute id into the other one; both are
// accepted (facts 1.2).
func asID(v string) string {
	if raw, err := hex.DecodeString(strings.ReplaceAll(v, "-", "")); err == nil && len(raw) == 16 {
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	return v
}

// findColumns finds the columns of a header. Numbers stand where {ref} and
// {tier} do; the document prints a space before them and does not.
func findColumns(want string, header []string) []column {
	var pattern strings.Builder
	var kinds []string
	for part := range strings.FieldsSeq(strings.NewReplacer("{ref}", " {ref} ", "{tier}", " {tier} ").Replace(want)) {
		switch {
		case pattern.Len() == 0:
		default:
			pattern.WriteString(`[ 　_-]?`)
		}
		if part == "{ref}" || part == "{tier}" {
			kinds = append(kinds, part)
			pattern.WriteString(`([0-9]+)`)
			continue
		}
		pattern.WriteString(regexp.QuoteMeta(part))
	}
	var out []column
	if len(kinds) == 0 {
		if i := slices.Index(header, want); i >= 0 {
			out = append(out, column{index: i})
		}
		return out
	}
	re, err := regexp.Compile("^" + pattern.String() + "$")
	if err != nil {
		return nil
	}
	for i, h := range header {
		found := re.FindStringSubmatch(h)
		if found == nil {
			continue
		}
		c := column{index: i}
		for k, kind := range kinds {
			// Only digits were matched; a number too large is no column.
			n, _ := strconv.Atoi(found[k+1])
			if kind == "{ref}" {
				c.ref = n
			} else {
				c.tier = n
			}
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b column) int {
		if a.ref != b.ref {
			return a.ref - b.ref
		}
		return a.tier - b.tier
	})
	return out
}

// entry is what a row says about one membership: the levels of a path, or one
// value, and the columns it comes from.
type entry struct {
	levels  []string
	columns []int
}

func (e entry) value() string {
	if len(e.levels) == 0 {
		return ""
	}
	return e.levels[len(e.levels)-1]
}

// read takes a row's entries by the number of the membership; empty cells make
// none. parts is how many there are, empty ones included.
func (m *mapped) read(row []string, opts importOptions) (entries map[int]entry, parts int) {
	entries = map[int]entry{}
	add := func(n, index int, text string) {
		levels := []string{text}
		if sep := opts.TierSeparator; sep != "" && !m.tier && isName(m.keyword) {
			levels = strings.Split(text, sep)
		}
		for _, level := range levels {
			if level = strings.TrimSpace(level); level != "" {
				e := entries[n]
				e.levels = append(e.levels, level)
				if !slices.Contains(e.columns, index) {
					e.columns = append(e.columns, index)
				}
				entries[n] = e
			}
		}
	}
	for _, c := range m.columns {
		if c.index >= len(row) {
			continue
		}
		cell := row[c.index]
		if sep := opts.ReferenceSeparator; sep != "" && !m.ref && belongs(m.keyword) {
			list := strings.Split(cell, sep)
			for i, part := range list {
				add(i+1, c.index, part)
			}
			parts = max(parts, len(list))
			continue
		}
		add(max(1, c.ref), c.index, cell)
		parts = max(parts, max(1, c.ref))
	}
	return entries, parts
}

// one is the value of a keyword without memberships, and its column.
func (m mapping) one(keyword string, row []string, opts importOptions) (string, int) {
	if m[keyword] == nil {
		return "", -1
	}
	opts.ReferenceSeparator = ""
	entries, _ := m[keyword].read(row, opts)
	for _, n := range slices.Sorted(maps.Keys(entries)) {
		return entries[n].value(), entries[n].columns[0]
	}
	return "", m[keyword].columns[0].index
}

// codeOf is the keyword of a kind's code.
func codeOf(kind string) string {
	if kind == kindProject {
		return projectCode
	}
	return namesOf(kind).code
}

// isName reports whether a keyword names groups, by path.
func isName(keyword string) bool {
	return slices.ContainsFunc(groupKinds(), func(kind string) bool { return namesOf(kind).name == keyword })
}

// belongs reports whether a keyword is part of a membership.
func belongs(keyword string) bool {
	return slices.ContainsFunc(groupKinds(), func(kind string) bool {
		names := namesOf(kind)
		return keyword == names.name || keyword == codeOf(kind) || slices.Contains(names.belonging, keyword)
	})
}

// checkShapes refuses what belongs to a membership but is spread differently
// (facts 1.3.3).
func (m mapping) checkShapes() error {
	for _, kind := range groupKinds() {
		names := namesOf(kind)
		base := m[names.name]
		if base == nil {
			base = m[codeOf(kind)]
		}
		if base == nil {
			continue
		}
		for _, keyword := range append([]string{codeOf(kind)}, names.belonging...) {
			if other := m[keyword]; other != nil && other.ref != base.ref {
				return fmt.Errorf("mapping: what belongs to a %s must be spread like it, with {ref} or without", kind)
			}
		}
	}
	return nil
}
