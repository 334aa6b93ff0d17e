package akashi

import (
	"cmp"
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// WholeBatch is the Row of a RowError that is about no single row.
const WholeBatch = -1

// RowError says which rule of the document a row breaks. It quotes no value.
type RowError struct {
	// Section of the document that states the rule.
	Section string
	// Row counts from 0 in the order of the request; WholeBatch for none.
	Row int
	// Field is the name on the wire; empty when the rule is about no single one.
	Field string
	// Rule says what is asked for: "at most 30 characters".
	Rule string
}

// Error implements error.
func (e *RowError) Error() string {
	var b strings.Builder
	if e.Row != WholeBatch {
		fmt.Fprintf(&b, "row %d: ", e.Row)
	}
	if e.Field != "" {
		b.WriteString(e.Field + ": ")
	}
	fmt.Fprintf(&b, "%s (%s)", e.Rule, e.Section)
	return b.String()
}

// RowErrors are all the rules that a request breaks, by row. A request that
// breaks any is not sent: the error is fault.BadUserInput, and
// errors.AsType[akashi.RowErrors] finds these in it, errors.AsType[*RowError]
// the first.
type RowErrors []*RowError

// Error names the first.
func (e RowErrors) Error() string {
	switch len(e) {
	case 0:
		return "nothing is wrong"
	case 1:
		return e[0].Error()
	default:
		return e[0].Error() + ", and " + strconv.Itoa(len(e)-1) + " more"
	}
}

// Unwrap gives the errors to errors.As and errors.Is.
func (e RowErrors) Unwrap() []error {
	out := make([]error, len(e))
	for i := range e {
		out[i] = e[i]
	}
	return out
}

// checker collects what is wrong with the rows of one request.
type checker struct {
	section string
	// sets are the forbidden characters of the two classes that the document
	// shows as pictures.
	sets  map[Class]string
	wrong RowErrors
}

func (c *Client) checker(section string) *checker {
	return &checker{section: section, sets: map[Class]string{
		NoMachineDependent1: c.opts.MachineDependent1, NoMachineDependent2: c.opts.MachineDependent2,
	}}
}

func (k *checker) add(row int, field, format string, args ...any) {
	k.wrong = append(k.wrong, &RowError{Section: k.section, Row: row, Field: field, Rule: fmt.Sprintf(format, args...)})
}

// fault returns what was found as one error, nil for nothing.
func (k *checker) fault(c *Client) error {
	if len(k.wrong) == 0 {
		return nil
	}
	slices.SortStableFunc(k.wrong, func(a, b *RowError) int {
		return cmp.Or(a.Row-b.Row, strings.Compare(a.Field, b.Field))
	})
	return c.t.Fault(fault.BadUserInput, k.wrong.Error()).Because(k.wrong)
}

// rows checks all rows of a batch against the tables of limits.go.
func (k *checker) rows(rows []map[string]any) {
	if len(rows) == 0 {
		k.add(WholeBatch, "", "at least one row is needed")
	}
	limits := map[string]Limit{}
	for _, l := range Limits() {
		if l.Section == k.section {
			limits[l.Field] = l
		}
	}
	conditions := slices.DeleteFunc(Conditions(), func(c Condition) bool { return c.Section != k.section })
	seen := map[string]map[string]bool{}
	for i, row := range rows {
		k.row(i, row, limits, seen)
		for _, c := range conditions {
			k.condition(i, row, c)
		}
	}
}

func (k *checker) row(i int, row map[string]any, limits map[string]Limit, seen map[string]map[string]bool) {
	for field, l := range limits {
		if l.Needed && !there(row, field) {
			k.add(i, field, "it is needed")
		}
	}
	for field, value := range row {
		l, ok := limits[field]
		if !ok {
			l = limits[strings.TrimRight(field, "0123456789")]
		}
		switch v := value.(type) {
		case Date:
			if _, ok := v.midnight(); !ok && v != "" {
				k.add(i, field, "a day that exists, as yyyy/mm/dd")
			}
		case string:
			k.text(i, field, v, l)
			if l.Unique && v != "" {
				if seen[field] == nil {
					seen[field] = map[string]bool{}
				}
				if seen[field][v] {
					k.add(i, field, "no two rows may have the same")
				}
				seen[field][v] = true
			}
		case int64:
			if v <= 0 && strings.HasSuffix(field, "_id") {
				k.add(i, field, "an id is positive")
			}
		}
	}
}

func (k *checker) condition(i int, row map[string]any, c Condition) {
	n := 0
	for _, f := range c.Fields {
		if there(row, strings.Split(f, "|")...) {
			n++
		}
	}
	names := strings.ReplaceAll(strings.Join(c.Fields, ", "), "|", ", ")
	switch {
	case c.Kind == AtLeastOne && n == 0:
		k.add(i, "", "one of %s is needed", names)
	case c.Kind == AllOrNone && n != 0 && n != len(c.Fields):
		k.add(i, "", "%s go together", strings.ReplaceAll(strings.Join(c.Fields, ", "), "|", " or "))
	}
}

// there says whether the row has one of the fields, and not empty.
func there(row map[string]any, fields ...string) bool {
	for _, f := range fields {
		switch v := row[f].(type) {
		case nil:
		case string:
			if v != "" {
				return true
			}
		case Date:
			if v != "" {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// text checks one text; an empty one breaks no rule but being needed.
func (k *checker) text(row int, field, s string, l Limit) {
	if s == "" {
		return
	}
	n := utf8.RuneCountInString(s)
	switch {
	case !utf8.ValidString(s):
		k.add(row, field, "valid UTF-8")
		return
	case l.MaxChars > 0 && n > l.MaxChars:
		k.add(row, field, "at most %d characters", l.MaxChars)
	case l.Chars > 0 && n != l.Chars:
		k.add(row, field, "exactly %d characters", l.Chars)
	}
	if l.Values != nil && !slices.Contains(l.Values, s) {
		k.add(row, field, "one of %s", strings.Join(l.Values, ", "))
	}
	if l.Without != "" && strings.ContainsAny(s, l.Without) {
		k.add(row, field, "without %s", l.Without)
	}
	if !k.fits(s, l) {
		k.add(row, field, "%s", l.Class)
	}
}

func (k *checker) fits(s string, l Limit) bool {
	switch l.Class {
	case AnyText:
		return true
	case Email:
		a, err := mail.ParseAddress(s)
		return err == nil && a.Address == s
	case NoMachineDependent1, NoMachineDependent2, OrganizationCode, StaffCode, Hex, Tel, Kana:
	}
	return strings.IndexFunc(s, func(r rune) bool { return !k.fitsRune(r, l) }) < 0
}

func (k *checker) fitsRune(r rune, l Limit) bool {
	digit := r >= '0' && r <= '9'
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	switch l.Class {
	case NoMachineDependent1, NoMachineDependent2:
		if l.Lines && (r == '\n' || r == '\r' || r == '\t') {
			return true
		}
		return !unicode.IsControl(r) && !strings.ContainsRune(k.sets[l.Class], r)
	case OrganizationCode:
		return digit || letter || r == '-'
	case StaffCode:
		return digit || letter || r == '-' || r == '_'
	case Hex:
		return digit || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F'
	case Tel:
		return digit || r == '-'
	case Kana:
		// ァ to ヿ: the letters, and the marks that repeat one.
		return digit || r >= 'ァ' && r <= 'ヿ' || strings.ContainsRune("() 。「」、・゛゜ー]", r)
	case AnyText, Email:
	}
	return true
}

// positive refuses an id in a path that cannot be one.
func (k *checker) positive(field string, id int64) {
	if id <= 0 {
		k.add(WholeBatch, field, "an id is positive")
	}
}
