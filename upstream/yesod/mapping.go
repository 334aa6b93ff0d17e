package yesod

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// Mapping tells which column of a CSV holds which attribute, an entry for each
// attribute. An import refuses a mapping that is known to be wrong before it is
// sent.
type Mapping []Entry

// Entry is the place of one attribute.
type Entry struct {
	// Attribute is an alias like "organization", or an id in either form.
	Attribute string
	// Header is the column's text in the first line of the CSV, without the number
	// where the values are spread over numbered columns.
	Header string
	Spread Spread
}

// Spread says how the values of an attribute lie in the columns.
type Spread int

// The spreads.
const (
	// OneColumn: everything is in one cell, if need be with separators.
	OneColumn Spread = iota
	// ByMembership: each membership has a column, header1, header2 and so on.
	ByMembership
	// ByLevel: each level of the one membership has a column.
	ByLevel
	// ByMembershipAndLevel: each level of each membership has a column.
	ByMembershipAndLevel
)

func (s Spread) suffix() string {
	switch s {
	case ByMembership:
		return " {ref}"
	case ByLevel:
		return " {tier}"
	case ByMembershipAndLevel:
		return " {ref} {tier}"
	default:
		return ""
	}
}

func (s Spread) byMembership() bool { return s == ByMembership || s == ByMembershipAndLevel }
func (s Spread) byLevel() bool      { return s == ByLevel || s == ByMembershipAndLevel }

// encode writes the lines of the mapping.
func (m Mapping) encode() string {
	lines := make([]string, len(m))
	for i, e := range m {
		lines[i] = e.Attribute + ": " + e.Header + e.Spread.suffix()
	}
	return strings.Join(lines, "\n")
}

// attribute is what is known of an attribute that has an alias.
type attribute struct {
	alias string
	// id is empty where it is not known.
	id ID
	// group is the type that the attribute names, or whose membership it belongs
	// to; empty for others.
	group EntityType
	// names says that the attribute names the group itself.
	names bool
	// single says that it can have no place in a membership.
	single bool
}

// The aliases that the rules below speak of.
const (
	aliasTransaction    = "transactionType"
	aliasIdentification = "identificationNumber"
	aliasEmployeeNumber = "employeeNumber"
	aliasEmail          = "email"
)

// aliases lists the documented aliases and those of the options. Custom
// attributes have none and are named by id.
func aliases(a Attributes, more []string) map[string]attribute {
	known := []attribute{
		{alias: "familyNameLocalPreferred", id: a.FamilyName, single: true},
		{alias: "givenNameLocalPreferred", id: a.GivenName, single: true},
		{alias: "familyNamePhoneticPreferred", id: a.FamilyNameKana, single: true},
		{alias: "givenNameLocalPhoneticPreferred", id: a.GivenNameKana, single: true},
		{alias: "familyNamePreferred", id: a.FamilyNameRoman, single: true},
		{alias: "givenNamePreferred", id: a.GivenNameRoman, single: true},
		{alias: "middleNameLocalPreferred", id: "aoB5bL4xQZufLBp31k0pxQ", single: true},
		{alias: "middleNamePreferred", id: "bPPHl6NLS0-YMOVi1ztL9Q", single: true},
		{alias: aliasEmail, id: a.Email, single: true},
		{alias: aliasIdentification, id: a.IdentificationNumber, single: true},
		{alias: "company", id: a.Company, group: Company, names: true},
		{alias: "companyCode", id: a.CompanyCode, group: Company},
		{alias: "enrollment", id: a.Enrollment},
		{alias: "employmentType", id: a.EmploymentType},
		{alias: aliasEmployeeNumber, id: a.EmployeeNumber},
		{alias: "jobTitle", id: a.JobTitle},
		{alias: "organization", id: a.Organization, group: Organization, names: true},
		{alias: "organizationCode", id: a.OrganizationCode, group: Organization},
		{alias: "role", id: a.Role, group: Organization},
		{alias: "chargeRate", id: "LP0pOOTaSjShoklV1JzcIA"},
		{alias: "office", id: "2vnEtwhiRcGv5IxcP-QuYA", group: Office, names: true},
		{alias: "officeCode", id: "VfqqpdxHRYuCmPy8U5Z-5A", group: Office},
		{alias: "project", id: "EUOkNiK3SOungmVS0VW5vg", group: Project, names: true},
		{alias: "projectCode", group: Project},
		{alias: "projectRole", id: "jWb5WPwQQYKsUcN5O8-e-A", group: Project},
		{alias: "enterDate"},
		{alias: "retireDate"},
		{alias: "changeDate", single: true},
		{alias: aliasTransaction, single: true},
	}
	for _, m := range more {
		known = append(known, attribute{alias: m})
	}
	out := make(map[string]attribute, 2*len(known))
	for _, k := range known {
		out[k.alias] = k
		if k.id != "" {
			out[string(k.id)] = k
		}
	}
	return out
}

// lookup finds what is known of an attribute by alias or id. ok is false for what
// is neither.
func (c *Client) lookup(key string) (attribute, bool) {
	if a, ok := c.aliases[key]; ok {
		return a, true
	}
	id, ok := ParseID(key)
	if !ok {
		return attribute{}, false
	}
	if a, ok := c.aliases[string(id)]; ok {
		return a, true
	}
	return attribute{alias: string(id), id: id}, true
}

// ParseID reads an id as 22 characters of base64 or as a UUID, and returns it in
// the first form; false for what is neither, and for the one that means none.
func ParseID(s string) (ID, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' {
		raw, err = hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	}
	if err != nil || len(raw) != 16 {
		return "", false
	}
	id := ID(base64.RawURLEncoding.EncodeToString(raw))
	return id, !id.None()
}

// column is an entry with what is known of its attribute and where it lies.
type column struct {
	Entry
	attribute
	// cells are the indexes of its columns.
	cells []int
}

// columns resolves a mapping against the header of a CSV. rule says what is
// wrong, "" for nothing.
func (c *Client) columns(m Mapping, header []string) (columns []column, rule string) {
	if len(m) == 0 {
		return nil, "the mapping is empty"
	}
	seen := map[string]bool{}
	for _, e := range m {
		a, ok := c.lookup(e.Attribute)
		if !ok {
			return nil, "the mapping names an attribute that is neither a known alias nor an id"
		}
		if seen[a.alias] {
			return nil, "the mapping names " + a.alias + " twice"
		}
		seen[a.alias] = true
		if rule := e.rule(a); rule != "" {
			return nil, rule
		}
		cells := e.find(header)
		if len(cells) == 0 {
			return nil, "the CSV has no column for " + a.alias
		}
		if e.Spread == OneColumn && len(cells) > 1 {
			return nil, "the CSV has several columns for " + a.alias
		}
		columns = append(columns, column{e, a, cells})
	}
	return columns, shapeRule(columns)
}

// rule checks an entry for itself.
func (e Entry) rule(a attribute) string {
	switch {
	case e.Spread < OneColumn || e.Spread > ByMembershipAndLevel:
		return "the spread of " + a.alias + " is not one of the four"
	case strings.TrimSpace(e.Header) != e.Header || e.Header == "" || strings.ContainsAny(e.Header, "\n\r"):
		return "the header of " + a.alias + " is empty, has several lines or begins or ends with white space"
	case strings.Contains(e.Header, "{ref}") || strings.Contains(e.Header, "{tier}"):
		return "the header of " + a.alias + " holds {ref} or {tier}; its spread says that"
	case a.single && e.Spread != OneColumn:
		return a.alias + " has one value, not one for each membership"
	case a.group != "" && !a.names && e.Spread.byLevel():
		return a.alias + " has no levels"
	}
	return ""
}

// find returns the columns of an entry.
func (e Entry) find(header []string) []int {
	var out []int
	for i, h := range header {
		h = strings.TrimSpace(h)
		if e.Spread == OneColumn {
			if h == e.Header {
				out = append(out, i)
			}
			continue
		}
		number, ok := strings.CutPrefix(h, e.Header)
		// How two numbers are joined is not documented: any sign may stand between.
		if ok && strings.ContainsAny(number, "0123456789") &&
			(e.Spread == ByMembershipAndLevel || strings.Trim(strings.TrimSpace(number), "0123456789") == "") {
			out = append(out, i)
		}
	}
	return out
}

// shapeRule: what belongs to a membership is spread as the membership is.
func shapeRule(columns []column) string {
	for _, m := range columns {
		if !m.names {
			continue
		}
		for _, a := range columns {
			if !a.names && a.group == m.group && a.Spread.byMembership() != m.Spread.byMembership() {
				return a.alias + " must have a column for each membership exactly as " + m.alias + " has"
			}
		}
	}
	return ""
}

// has returns the column of an alias.
func has(columns []column, alias string) (column, bool) {
	i := slices.IndexFunc(columns, func(c column) bool { return c.alias == alias })
	if i < 0 {
		return column{}, false
	}
	return columns[i], true
}
