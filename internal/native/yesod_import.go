package native

import (
	"context"
	"encoding/csv"
	"slices"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

type (
	// YesodApproval says what becomes of an import's changes.
	YesodApproval string
	// YesodSpread says how the values of an attribute lie in the columns.
	YesodSpread string
	// YesodIdentification says how imported groups are matched.
	YesodIdentification string
	// YesodConfirmation is the word that a destructive option needs.
	YesodConfirmation string
)

// The values that are not the defaults, and the confirmations.
const (
	yesodAtOnce                        = "AT_ONCE"
	confirmMembers   YesodConfirmation = "RETIRE_EVERYBODY_NOT_LISTED"
	confirmGroups    YesodConfirmation = "DELETE_EVERY_GROUP_NOT_LISTED"
	yesodByFullPath                    = "FULL_PATH"
	yesodByGroupCode                   = "GROUP_CODE"
)

type (
	// YesodTable is the table of an import and what its columns mean.
	YesodTable struct {
		CSV                               string
		Mapping                           []YesodMapping
		OptionMapping                     []YesodOptionText
		ChangeDate                        *hr.Date
		TierSeparator, ReferenceSeparator *string
		Approval                          YesodApproval
	}
	// YesodMapping is the place of one attribute.
	YesodMapping struct {
		Attribute, Header string
		Spread            YesodSpread
	}
	// YesodOptionText is the text of an option in the CSV and in YESOD.
	YesodOptionText struct{ CSV, Option string }
	// YesodScope is what imports of members and groups have besides.
	YesodScope struct {
		ApplicationName                               *string
		CompanyEntityID                               *string
		RootCompanyEntityID, RootOrganizationEntityID *string
		RootOfficeEntityID, RootProjectEntityID       *string
		WaitForLock                                   *bool
	}
	// YesodMembersInput is an import of members.
	YesodMembersInput struct {
		YesodTable
		YesodScope
		RetireUnlisted *YesodRetireUnlisted
	}
	// YesodRetireUnlisted orders to retire who is missing.
	YesodRetireUnlisted struct {
		Confirm      YesodConfirmation
		ExceptEmails []string
	}
	// YesodGroupsInput is an import of groups.
	YesodGroupsInput struct {
		YesodTable
		YesodScope
		IdentifiedBy   *YesodIdentification
		DeleteUnlisted *YesodDeleteUnlisted
	}
	// YesodDeleteUnlisted orders to delete what is missing.
	YesodDeleteUnlisted struct{ Confirm YesodConfirmation }
	// YesodTransactionsInput is an import of operations on groups.
	YesodTransactionsInput struct {
		YesodTable
		GroupType      YesodEntityType
		ValueForDelete *string
	}
)

type (
	// YesodImport is what became of an import.
	YesodImport struct {
		// Verdict is of the whole; its Row says nothing.
		Verdict
		DiffIDs   []string
		Changing  []*YesodChanging
		Rows      []*YesodRow
		Elsewhere []*YesodPlace
	}
	// YesodChanging are the entities that change on a day.
	YesodChanging struct {
		ChangeDate *hr.Date
		Entities   []*YesodEntityChange
	}
	// YesodEntityChange tells how many attributes of an entity change.
	YesodEntityChange struct {
		EntityID string
		Count    int
	}
	// YesodRow is what became of a row of the CSV.
	YesodRow struct {
		Verdict
		// ChangedHeaders are the columns that changed something.
		ChangedHeaders []string
	}
	// YesodPlace is a place that YESOD names and that is not in the CSV.
	YesodPlace struct {
		LineNumber    int
		ColumnNumbers []int
	}
)

// ImportMembers imports members: one call, sent once.
func (y *Yesod) ImportMembers(ctx context.Context, in YesodMembersInput) *YesodImport {
	wire := yesod.MemberImport{Import: in.YesodTable.wire(), Scope: in.YesodScope.wire()}
	if u := in.RetireUnlisted; u != nil {
		if u.Confirm != confirmMembers {
			return y.refused(in.CSV, fault.New(fault.BadUserInput, "retireUnlisted is not confirmed"))
		}
		wire.Unlisted = yesod.RetireEveryoneUnlisted(u.ExceptEmails...)
	}
	got, err := y.client.ImportMembers(ctx, wire, in.Approval.wire())
	return y.told(ctx, &in.YesodTable, got, err)
}

// ImportGroups imports groups: one call, sent once.
func (y *Yesod) ImportGroups(ctx context.Context, in YesodGroupsInput) *YesodImport {
	wire := yesod.GroupImport{Import: in.YesodTable.wire(), Scope: in.YesodScope.wire()}
	if u := in.DeleteUnlisted; u != nil {
		if u.Confirm != confirmGroups {
			return y.refused(in.CSV, fault.New(fault.BadUserInput, "deleteUnlisted is not confirmed"))
		}
		wire.Unlisted = yesod.RetireEveryoneUnlisted()
	}
	if in.IdentifiedBy != nil {
		wire.IdentifiedBy = map[YesodIdentification]yesod.Identification{
			yesodByFullPath: yesod.ByFullPath, yesodByGroupCode: yesod.ByGroupCode,
		}[*in.IdentifiedBy]
	}
	got, err := y.client.ImportGroups(ctx, wire, in.Approval.wire())
	return y.told(ctx, &in.YesodTable, got, err)
}

// ImportTransactions imports operations on groups: one call, sent once.
func (y *Yesod) ImportTransactions(ctx context.Context, in YesodTransactionsInput) *YesodImport {
	wire := yesod.TransactionImport{
		Import: in.wire(), Type: in.GroupType.wire(), ValueForDelete: textOf(in.ValueForDelete),
	}
	got, err := y.client.ImportTransactions(ctx, wire, in.Approval.wire())
	return y.told(ctx, &in.YesodTable, got, err)
}

func (a YesodApproval) wire() yesod.Approval {
	if a == yesodAtOnce {
		return yesod.Applied
	}
	return yesod.Waiting
}

func (t *YesodTable) wire() yesod.Import {
	out := yesod.Import{
		CSV: t.CSV, ChangeDate: yesod.Date(dateText(t.ChangeDate)),
		TierSeparator: textOf(t.TierSeparator), ReferenceSeparator: textOf(t.ReferenceSeparator),
	}
	for _, m := range t.Mapping {
		out.Mapping = append(out.Mapping, yesod.Entry{
			Attribute: m.Attribute, Header: m.Header,
			Spread: map[YesodSpread]yesod.Spread{
				"BY_MEMBERSHIP": yesod.ByMembership, "BY_LEVEL": yesod.ByLevel,
				"BY_MEMBERSHIP_AND_LEVEL": yesod.ByMembershipAndLevel,
			}[m.Spread],
		})
	}
	for _, o := range t.OptionMapping {
		out.Options = append(out.Options, yesod.OptionText{CSV: o.CSV, Option: o.Option})
	}
	return out
}

func (s *YesodScope) wire() yesod.Scope {
	id := func(s *string) yesod.ID { return yesod.ID(textOf(s)) }
	return yesod.Scope{
		ApplicationName: textOf(s.ApplicationName), CompanyEntityID: id(s.CompanyEntityID),
		RootCompanyEntityID: id(s.RootCompanyEntityID), RootOrganizationEntityID: id(s.RootOrganizationEntityID),
		RootOfficeEntityID: id(s.RootOfficeEntityID), RootProjectEntityID: id(s.RootProjectEntityID),
		WaitForLock: s.WaitForLock != nil && *s.WaitForLock,
	}
}

// refused says that nothing was sent.
func (y *Yesod) refused(table string, err error) *YesodImport {
	return yesodLost(table, verdictOf(err))
}

// yesodLost gives the whole and each row the same verdict.
func yesodLost(table string, v Verdict) *YesodImport {
	out := &YesodImport{
		Verdict: v, DiffIDs: []string{}, Changing: []*YesodChanging{}, Rows: []*YesodRow{}, Elsewhere: []*YesodPlace{},
	}
	for i := range dataRows(table) {
		row := &YesodRow{Verdict: v, ChangedHeaders: []string{}}
		row.Row = i
		out.Rows = append(out.Rows, row)
	}
	return out
}

// told translates the answer to an import. YESOD names the rows that changed
// something, or none although something changed: then all rows are told as the
// whole.
func (y *Yesod) told(ctx context.Context, in *YesodTable, got *yesod.Imported, err error) *YesodImport {
	if err != nil {
		v := verdictOf(err)
		if v.Outcome == hr.WriteUnknown {
			y.dir.Touch(ctx, y.link)
		}
		return yesodLost(in.CSV, v)
	}
	y.dir.Touch(ctx, y.link)
	changed := hr.WritePending
	if in.Approval == yesodAtOnce {
		changed = hr.WriteApplied
	}
	whole := Verdict{Outcome: changed}
	if len(got.DiffIDs) == 0 && len(got.Changes) == 0 {
		whole.Outcome = hr.WriteSkippedSame
	}
	out := yesodLost(in.CSV, whole)
	if len(got.Rows) > 0 {
		for _, row := range out.Rows {
			row.Outcome = hr.WriteSkippedSame
		}
	}
	for _, r := range got.Rows {
		if r.Row >= len(out.Rows) {
			continue
		}
		row := out.Rows[r.Row]
		row.Outcome = changed
		for _, header := range r.Headers { // a row may be named twice, as for two dates
			if !slices.Contains(row.ChangedHeaders, header) {
				row.ChangedHeaders = append(row.ChangedHeaders, header)
			}
		}
	}
	for _, id := range got.DiffIDs {
		out.DiffIDs = append(out.DiffIDs, string(id))
	}
	for _, day := range got.Changes {
		one := &YesodChanging{ChangeDate: dateOrNil(string(day.Date)), Entities: []*YesodEntityChange{}}
		for _, e := range day.Entities {
			one.Entities = append(one.Entities, &YesodEntityChange{EntityID: string(e.ID), Count: e.Attributes})
		}
		out.Changing = append(out.Changing, one)
	}
	for _, p := range got.Elsewhere {
		out.Elsewhere = append(out.Elsewhere, &YesodPlace{
			LineNumber: p.Line, ColumnNumbers: append([]int{}, p.Columns...),
		})
	}
	return out
}

// dataRows counts the rows below the header as the client does; a table that
// cannot be read has none.
func dataRows(table string) int {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff")))
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	if err != nil || len(records) == 0 {
		return 0
	}
	return len(records) - 1
}
