package resolvers

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// maxSearchRunes bounds the work of a text search.
const maxSearchRunes = 100

// searched checks what filters have in common: a search text, which it splits into
// words, and a list of codes.
func searched(text *string, codes []string) ([]string, error) {
	if len(codes) > relay.MaxFirst {
		return nil, fault.New(fault.BadUserInput, "at most %d codes can be asked for at once", relay.MaxFirst)
	}
	if text == nil {
		return nil, nil
	}
	if utf8.RuneCountInString(*text) > maxSearchRunes {
		return nil, fault.New(fault.BadUserInput, "a search text has at most %d characters", maxSearchRunes)
	}
	if strings.ContainsFunc(*text, unicode.IsControl) || !utf8.ValidString(*text) {
		return nil, fault.New(fault.BadUserInput, "a search text must not contain control characters")
	}
	return hr.Words(*text), nil
}

// keep returns the rows that a chooser takes; a nil chooser takes all.
func keep[T any](rows []T, chosen func(T) bool) []T {
	if chosen == nil {
		return rows
	}
	var out []T
	for _, row := range rows {
		if chosen(row) {
			out = append(out, row)
		}
	}
	return out
}

// chooser turns a filter into a condition on employees; nil for none.
func (r *Root) chooser(ctx context.Context, f *model.EmployeeFilter) (func(*hr.Employee) bool, error) {
	if f == nil {
		return nil, nil //nolint:nilnil // no filter, no condition
	}
	search, err := searched(f.Text, f.Codes)
	if err != nil {
		return nil, err
	}
	units, err := r.unitsOf(ctx, f.Organization, f.IncludeDescendants)
	if err != nil {
		return nil, err
	}
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	coded := who.index.Coded(f.Codes)
	return func(e *hr.Employee) bool {
		return (f.Codes == nil || coded[e]) &&
			(f.Email == nil || e.Email != nil && strings.EqualFold(*e.Email, *f.Email)) &&
			(f.Status == nil || slices.Contains(f.Status, e.Status)) &&
			(f.Organization == nil || units[e.OrganizationID]) &&
			(f.Systems == nil || slices.ContainsFunc(e.Links, func(l hr.EmployeeLink) bool {
				return slices.Contains(f.Systems, l.System)
			})) &&
			who.index.Matches(e, search)
	}, nil
}

// unitsOf returns the ids by which an organisation, and those below it, may be
// named.
func (r *Root) unitsOf(ctx context.Context, id *string, below *bool) (map[hr.OrganizationID]bool, error) {
	if id == nil {
		return map[hr.OrganizationID]bool{}, nil
	}
	if err := idOf(*id, hr.KindOrganization); err != nil {
		return nil, err
	}
	unit, err := r.organization(ctx, hr.OrganizationID(*id))
	if err != nil {
		return nil, err
	}
	tree, err := r.Directory.Tree(ctx)
	if err != nil {
		return nil, err
	}
	if below != nil && !*below {
		return tree.Names(unit.ID), nil
	}
	return tree.Below(unit.ID), nil
}
