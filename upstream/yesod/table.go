package yesod

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// table is a CSV that was read.
type table struct {
	// text is the CSV as it is sent.
	text   string
	header []string
	rows   [][]string
}

// readTable reads a CSV. rule says what is wrong with it, "" for nothing; it
// counts rows of data from 1 and quotes no cell.
func readTable(text string) (t *table, rule string) {
	text = strings.TrimPrefix(text, "\ufeff")
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, "the CSV is not text in UTF-8"
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	if err != nil {
		return nil, "the quotes of the CSV do not fit"
	}
	if len(records) == 0 {
		return nil, "the CSV is empty; its first line is the header"
	}
	t = &table{text: text, header: records[0], rows: records[1:]}
	for i, row := range t.rows {
		if len(row) != len(t.header) {
			return nil, fmt.Sprintf("row %d has not as many cells as the header", i)
		}
	}
	return t, ""
}

// cell returns the text of a column in a row; several columns are joined.
func cell(row []string, c column) string {
	parts := make([]string, len(c.cells))
	for i, at := range c.cells {
		parts[i] = strings.TrimSpace(row[at])
	}
	return strings.TrimRight(strings.Join(parts, "\x00"), "\x00")
}

// everyRow returns the rule that the first row breaks that does not hold good.
// Rows count from 0, the header not included, as in YESOD's own answer.
func (t *table) everyRow(good func(row []string) bool, rule string) string {
	i := slices.IndexFunc(t.rows, func(row []string) bool { return !good(row) })
	if i < 0 {
		return ""
	}
	return fmt.Sprintf("row %d: %s", i, rule)
}

// separatorRule: where one cell holds several memberships, what belongs to them
// has as many parts.
func (t *table) separatorRule(columns []column, separator string) string {
	if separator == "" {
		return ""
	}
	for _, m := range columns {
		for _, a := range columns {
			if !m.names || m.Spread != OneColumn || a.names || a.group != m.group || a.Spread != OneColumn {
				continue
			}
			rule := t.everyRow(func(row []string) bool {
				of, to := cell(row, a), cell(row, m)
				return of == "" || to == "" || strings.Count(of, separator) == strings.Count(to, separator)
			}, a.alias+" has not as many values as "+m.alias+" has memberships")
			if rule != "" {
				return rule
			}
		}
	}
	return ""
}
