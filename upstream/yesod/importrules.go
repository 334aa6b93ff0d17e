package yesod

import "strings"

// into writes the scope's options. rule says what is wrong, "" for nothing.
func (s *Scope) into(o *wireOptions, t *table, members bool) (rule string) {
	for _, id := range []ID{
		s.CompanyEntityID, s.RootCompanyEntityID, s.RootOrganizationEntityID, s.RootOfficeEntityID, s.RootProjectEntityID,
	} {
		if _, ok := ParseID(string(id)); id != "" && !ok {
			return "an entity id is not a UUID in one of its two forms"
		}
	}
	o.ApplicationName, o.WaitForLock = s.ApplicationName, s.WaitForLock
	o.CompanyEntityID, o.RootCompanyEntityID = s.CompanyEntityID, s.RootCompanyEntityID
	o.RootOrganizationEntityID, o.RootOfficeEntityID = s.RootOrganizationEntityID, s.RootOfficeEntityID
	o.RootProjectEntityID = s.RootProjectEntityID
	u := s.Unlisted
	switch {
	case u == nil:
		return ""
	case !u.meant:
		return "retiring the unlisted is ordered by RetireEveryoneUnlisted only"
	case len(t.rows) == 0:
		return "a CSV without rows would retire everyone"
	case len(u.emails) > 0 && !members:
		return "e-mails are excepted from an import of members only"
	}
	for _, e := range u.emails {
		// The list is one text, separated by commas or line breaks.
		if !strings.Contains(e, "@") || strings.ContainsAny(e, ",\n\r") {
			return "an e-mail that is to be excepted is not one"
		}
	}
	o.RetireUnlisted, o.AvoidUnlistedEmails = true, strings.Join(u.emails, ",")
	return ""
}

// memberRule: a row that can match nobody makes a second person each time.
func memberRule(columns []column) string {
	if _, ok := has(columns, aliasTransaction); ok {
		return aliasTransaction + " belongs into transactions"
	}
	for _, key := range []string{aliasIdentification, aliasEmployeeNumber, aliasEmail} {
		if _, ok := has(columns, key); ok {
			return ""
		}
	}
	return "members are matched by identificationNumber, employeeNumber or email; the mapping has none of them"
}

func groupRule(t *table, columns []column, by Identification) string {
	if _, ok := has(columns, aliasTransaction); ok {
		return aliasTransaction + " belongs into transactions"
	}
	var kind EntityType
	for _, c := range columns {
		if !c.names {
			continue
		}
		kind = c.group
		switch by {
		case ByCodeAndPath:
		case ByFullPath:
			seen := map[string]bool{}
			if rule := t.everyRow(func(row []string) bool {
				path := cell(row, c)
				twice := path != "" && seen[path]
				seen[path] = true
				return !twice
			}, "its full path is another row's too"); rule != "" {
				return rule
			}
		case ByGroupCode:
			code, ok := has(columns, string(c.group)+"Code")
			if !ok {
				return "identification by group code needs " + string(c.group) + "Code in the mapping"
			}
			if rule := t.everyRow(func(row []string) bool { return cell(row, code) != "" },
				"it has no group code"); rule != "" {
				return rule
			}
		default:
			return "groups are identified by code and path, fullPath or groupCode"
		}
	}
	if kind == "" {
		return "the mapping names no organization, company, office or project"
	}
	return ""
}

func transactionRule(t *table, columns []column, kind EntityType) string {
	if _, ok := has(columns, string(kind)); !ok {
		return "groups are matched by their full path; the mapping has no " + string(kind)
	}
	operation, ok := has(columns, aliasTransaction)
	if !ok {
		return "the mapping has no " + aliasTransaction
	}
	return t.everyRow(func(row []string) bool {
		o := cell(row, operation)
		return o == AddEntity || o == RetireEntity
	}, aliasTransaction+" is "+AddEntity+" or "+RetireEntity)
}
