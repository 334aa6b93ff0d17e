package yesod

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// Approval says what becomes of an import's changes.
type Approval int

// The approvals.
const (
	// Waiting leaves the changes for a person to approve in the console; no
	// endpoint does it.
	Waiting Approval = iota
	// Applied approves the changes at once.
	Applied
)

// Import is what all imports have in common. Empty values are not sent.
type Import struct {
	// CSV is the whole table in UTF-8; its first line is the header.
	CSV     string
	Mapping Mapping
	// Options translate the texts of cells for select attributes.
	Options []OptionText
	// ChangeDate is the day from which the changes hold; today when empty.
	ChangeDate Date
	// TierSeparator stands between the levels in a cell, ReferenceSeparator
	// between memberships.
	TierSeparator, ReferenceSeparator string
}

// OptionText is the text of an option in the CSV and in YESOD.
type OptionText struct{ CSV, Option string }

// Scope is what imports of members and groups have besides.
type Scope struct {
	// ApplicationName is the name of the change that is made.
	ApplicationName string
	// CompanyEntityID is the company that the imported join; ask the vendor.
	CompanyEntityID ID
	// The roots narrow what may change to what is below them; ask the vendor.
	RootCompanyEntityID, RootOrganizationEntityID, RootOfficeEntityID, RootProjectEntityID ID
	// WaitForLock waits for another change to end instead of failing.
	WaitForLock bool
	// Unlisted retires whoever is missing in the CSV; nil leaves them alone.
	Unlisted *RetireUnlisted
}

// RetireUnlisted is the order to retire, or delete, every record that is missing
// in the CSV. RetireEveryoneUnlisted makes one; its zero value is refused.
type RetireUnlisted struct {
	meant  bool
	emails []string
}

// RetireEveryoneUnlisted orders to retire every member, or to delete every group,
// that is missing in the CSV, but the members with the given e-mails.
func RetireEveryoneUnlisted(exceptEmails ...string) *RetireUnlisted {
	return &RetireUnlisted{meant: true, emails: exceptEmails}
}

// MemberImport is an import of members. Members are matched by identification
// number, employee number and e-mail, in this order; who is not matched is made.
type MemberImport struct {
	Import
	Scope
}

// Identification says how imported groups are matched.
type Identification string

// The identifications.
const (
	// ByCodeAndPath is the default.
	ByCodeAndPath Identification = ""
	// ByFullPath fails when two rows have the same path.
	ByFullPath Identification = "fullPath"
	// ByGroupCode fails when a row has no code.
	ByGroupCode Identification = "groupCode"
)

// GroupImport is an import of organisations, companies, offices or projects; the
// mapping says of which.
type GroupImport struct {
	Import
	Scope
	IdentifiedBy Identification
}

// TransactionImport adds and retires groups of one type row by row. Groups are
// matched by their full path. The mapping needs transactionType, whose cells are
// AddEntity or RetireEntity.
type TransactionImport struct {
	Import
	// Type is Organization, Company, Office or Project.
	Type EntityType
	// ValueForDelete is the text of a cell that clears the value.
	ValueForDelete string
}

// The operations of a transaction's row.
const (
	AddEntity    = "addEntity"
	RetireEntity = "retireEntity"
)

// wireOptions are the options on the wire.
type wireOptions struct {
	Mapping                  string         `json:"mapping"`
	OptionMapping            string         `json:"optionMapping,omitempty"`
	ApplicationName          string         `json:"applicationName,omitempty"`
	ChangeDate               Date           `json:"changeDate,omitempty"`
	TierSeparator            string         `json:"tierSeparator,omitempty"`
	ReferenceSeparator       string         `json:"referenceSeparator,omitempty"`
	ValueForDelete           string         `json:"valueForDelete,omitempty"`
	CompanyEntityID          ID             `json:"companyEntityId,omitempty"`
	RootCompanyEntityID      ID             `json:"rootCompanyEntityId,omitempty"`
	RootOrganizationEntityID ID             `json:"rootOrganizationEntityId,omitempty"`
	RootOfficeEntityID       ID             `json:"rootOfficeEntityId,omitempty"`
	RootProjectEntityID      ID             `json:"rootProjectEntityId,omitempty"`
	RetireUnlisted           bool           `json:"retireUnlisted,omitempty"`
	AvoidUnlistedEmails      string         `json:"avoidUnlistedEmails,omitempty"`
	IdentifiedBy             Identification `json:"identifiedBy,omitempty"`
	WaitForLock              bool           `json:"waitForLock,omitempty"`
}

// ImportMembers imports members. It is sent once. What is known to be wrong is
// BadUserInput before anything is sent; transport.RefusalOf tells what YESOD said
// of a failure.
func (c *Client) ImportMembers(ctx context.Context, in MemberImport, approval Approval) (*Imported, error) {
	t, columns, options, rule := c.prepare(&in.Import)
	if rule == "" {
		rule = memberRule(columns)
	}
	if rule == "" {
		rule = in.into(&options, t, true)
	}
	if rule != "" {
		return nil, c.forbidden(rule)
	}
	p := c.opts.Paths
	return c.send(ctx, "yesod.importMembers", approval.path(p.MembersImport, p.MembersImportAndApply), t, options)
}

// ImportGroups imports groups, as ImportMembers does members.
func (c *Client) ImportGroups(ctx context.Context, in GroupImport, approval Approval) (*Imported, error) {
	t, columns, options, rule := c.prepare(&in.Import)
	if rule == "" {
		rule = groupRule(t, columns, in.IdentifiedBy)
	}
	if rule == "" {
		rule = in.into(&options, t, false)
	}
	if rule != "" {
		return nil, c.forbidden(rule)
	}
	options.IdentifiedBy = in.IdentifiedBy
	p := c.opts.Paths
	return c.send(ctx, "yesod.importGroups", approval.path(p.GroupsImport, p.GroupsImportAndApply), t, options)
}

// ImportTransactions imports operations on groups, as ImportMembers does members.
func (c *Client) ImportTransactions(ctx context.Context, in TransactionImport, approval Approval) (*Imported, error) {
	var path, operation string
	switch p := c.opts.Paths; in.Type {
	case Organization:
		operation = "yesod.importOrganizationTransactions"
		path = approval.path(p.OrganizationTransactionsImport, p.OrganizationTransactionsImportAndApply)
	case Company:
		operation = "yesod.importCompanyTransactions"
		path = approval.path(p.CompanyTransactionsImport, p.CompanyTransactionsImportAndApply)
	case Office:
		operation = "yesod.importOfficeTransactions"
		path = approval.path(p.OfficeTransactionsImport, p.OfficeTransactionsImportAndApply)
	case Project:
		operation = "yesod.importProjectTransactions"
		path = approval.path(p.ProjectTransactionsImport, p.ProjectTransactionsImportAndApply)
	default:
		return nil, c.forbidden("transactions are of organizations, companies, offices or projects")
	}
	t, columns, options, rule := c.prepare(&in.Import)
	if rule == "" {
		rule = transactionRule(t, columns, in.Type)
	}
	if rule != "" {
		return nil, c.forbidden(rule)
	}
	options.ValueForDelete = in.ValueForDelete
	return c.send(ctx, operation, path, t, options)
}

// path chooses the endpoint; an approval that is unknown waits.
func (a Approval) path(waiting, applied string) string {
	if a == Applied {
		return applied
	}
	return waiting
}

// send posts an import. It may be made anew by being sent again, so it never is.
func (c *Client) send(ctx context.Context, operation, path string, t *table, options wireOptions) (*Imported, error) {
	body, err := json.Marshal(struct {
		CSV     string      `json:"csv"`
		Options wireOptions `json:"options"`
	}{t.text, options})
	if err != nil {
		return nil, c.t.Fault(fault.Internal, "the request could not be encoded")
	}
	w, err := call[wireImported](ctx, c, operation, false, http.MethodPost, c.at(path, nil), body)
	if err != nil {
		return nil, err
	}
	return c.imported(&w, t)
}

// prepare reads the table, resolves the mapping and writes the common options.
// rule says what is wrong, "" for nothing.
func (c *Client) prepare(in *Import) (t *table, columns []column, options wireOptions, rule string) {
	if t, rule = readTable(in.CSV); rule != "" {
		return nil, nil, options, rule
	}
	if columns, rule = c.columns(in.Mapping, t.header); rule != "" {
		return nil, nil, options, rule
	}
	lines := make([]string, len(in.Options))
	for i, o := range in.Options {
		if o.CSV == "" || o.Option == "" || strings.Contains(o.CSV, ":") || strings.ContainsAny(o.CSV+o.Option, "\n\r") {
			return nil, nil, options, "an option's text is empty, has several lines, or a colon where the CSV's text ends"
		}
		lines[i] = o.CSV + ": " + o.Option
	}
	switch {
	case in.ChangeDate == MaxLeavingDate || !in.ChangeDate.valid():
		rule = "the change date is not a day of the calendar"
	case in.TierSeparator != "" && in.TierSeparator == in.ReferenceSeparator:
		rule = "levels and memberships need different separators"
	default:
		rule = t.separatorRule(columns, in.ReferenceSeparator)
	}
	return t, columns, wireOptions{
		Mapping: in.Mapping.encode(), OptionMapping: strings.Join(lines, "\n"), ChangeDate: in.ChangeDate,
		TierSeparator: in.TierSeparator, ReferenceSeparator: in.ReferenceSeparator,
	}, rule
}
