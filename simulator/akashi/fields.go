package akashi

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// object is a JSON object of a request; numbers are json.Number.
type object map[string]any

// fields reads one object and collects what is wrong with it.
type fields struct {
	object
	quirks map[Quirk]bool
	wrong  []string
}

func (c *call) fields(row object) *fields { return &fields{object: row, quirks: c.quirks} }

func (f *fields) fail(format string, args ...any) {
	f.wrong = append(f.wrong, fmt.Sprintf(format, args...))
}

// problems are the collected ones, each with a code and further keys.
func (f *fields) problems(code string, about map[string]any) []problem {
	rows := make([]problem, len(f.wrong))
	for i, message := range f.wrong {
		rows[i] = problem{code: code, message: message, about: about}
	}
	return rows
}

// rule returns what is wrong with a text, as the end of a sentence, or "".
type rule func(text string) string

func atMost(runes int) rule {
	return func(text string) string {
		if utf8.RuneCountInString(text) > runes {
			return fmt.Sprintf("は%d文字以内で入力してください。", runes)
		}
		return ""
	}
}

// format wants the whole text to fit.
func format(expression *regexp.Regexp) rule {
	return func(text string) string {
		if !expression.MatchString(text) {
			return "の形式が正しくありません。"
		}
		return ""
	}
}

func without(forbidden string) rule {
	return func(text string) string {
		if strings.ContainsAny(text, forbidden) {
			return "に使用できない文字が含まれています。"
		}
		return ""
	}
}

func oneOf(values ...string) rule {
	return func(text string) string {
		if slices.Contains(values, text) {
			return ""
		}
		return "は" + strings.Join(values, "、") + "のいずれかで入力してください。"
	}
}

func validMail(text string) string {
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text {
		return "はメールアドレスとして正しくありません。"
	}
	return ""
}

// printable refuses what is certainly among 機種依存文字 (4): control characters,
// and with the quirk the usual suspects of both groups.
func (f *fields) printable(text string, multiline bool) bool {
	for _, r := range text {
		switch {
		case multiline && (r == '\n' || r == '\r' || r == '\t'):
		case unicode.IsControl(r), r == utf8.RuneError:
			return false
		case f.quirks[MachineCharacters] &&
			(r >= '①' && r <= '⑳' || r >= 'Ⅰ' && r <= 'ⅿ' || r >= '㈠' && r <= '㏿'):
			return false
		}
	}
	return true
}

// text reads a string; nil when it is absent or null. An empty one passes every
// rule: it clears the value.
func (f *fields) text(name, label string, rules ...rule) *string {
	value, ok := f.object[name]
	if !ok || value == nil {
		return nil
	}
	text, ok := value.(string)
	if !ok {
		f.fail("%sは文字列で入力してください。", label)
		return nil
	}
	if text == "" {
		return &text
	}
	if !f.printable(text, name == "remarks") {
		f.fail("%sに使用できない文字が含まれています。", label)
	}
	for _, check := range rules {
		if message := check(text); message != "" {
			f.fail("%s%s", label, message)
		}
	}
	return &text
}

// mandatory reads a string that must not be empty.
func (f *fields) mandatory(name, label string, rules ...rule) string {
	text := f.text(name, label, rules...)
	if text != nil && strings.TrimSpace(*text) != "" {
		return *text
	}
	if _, isText := f.object[name].(string); isText || f.object[name] == nil {
		f.fail("%sは必ず入力してください。", label)
	}
	return ""
}

// plain reads a string that may be absent.
func (f *fields) plain(name, label string, rules ...rule) string {
	if text := f.text(name, label, rules...); text != nil {
		return *text
	}
	return ""
}

// integer reads a number, or digits in a string; nil when absent or null.
func (f *fields) integer(name, label string) *int {
	value, ok := f.object[name]
	if !ok || value == nil {
		return nil
	}
	n, ok := asInt(value)
	if !ok {
		f.fail("%sは整数で入力してください。", label)
		return nil
	}
	return &n
}

func asInt(value any) (int, bool) {
	var text string
	switch value := value.(type) {
	case json.Number:
		text = value.String()
	case string:
		text = value
	default:
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 32)
	return int(n), err == nil
}

// boolean reads true or false; nil when absent or null.
func (f *fields) boolean(name, label string) *bool {
	value, ok := f.object[name]
	if !ok || value == nil {
		return nil
	}
	on, ok := value.(bool)
	if !ok {
		f.fail("%sはtrueまたはfalseで入力してください。", label)
		return nil
	}
	return &on
}

// The spellings of days in requests: what the tables say, what the samples of
// 6.16 to 6.27 show, and what those of 6.13 and 6.15 show.
const layoutLoose = "2006/1/2"

// day reads a day in one of the layouts, as a string or, as in the sample of
// 6.27, as a number; nil when it is absent, null or empty.
func (f *fields) day(name, label string, layouts ...string) *time.Time {
	var text string
	switch value := f.object[name].(type) {
	case nil:
		return nil
	case string:
		text = value
	case json.Number:
		text = value.String()
	default:
		f.fail("%sの形式が正しくありません。", label)
		return nil
	}
	if text == "" {
		return nil
	}
	if f.quirks[OnlySlashedDays] {
		layouts = []string{layoutDay}
	}
	for _, layout := range layouts {
		if len(text) != len(layout) && layout != layoutLoose {
			continue
		}
		if t, err := time.ParseInLocation(layout, text, company.JST); err == nil {
			return &t
		}
	}
	f.fail("%sの形式が正しくありません。", label)
	return nil
}

// rows reads an array of objects that must not be empty.
func (f *fields) rows(name, label string) []object {
	list, ok := f.object[name].([]any)
	if !ok || len(list) == 0 {
		f.fail("%sは必ず入力してください。", label)
		return nil
	}
	rows := make([]object, len(list))
	for i, element := range list {
		row, ok := element.(map[string]any)
		if !ok {
			f.fail("%sの形式が正しくありません。", label)
			return nil
		}
		rows[i] = row
	}
	return rows
}

// bodyRows reads the array that a request consists of.
func (c *call) bodyRows(name, label string) ([]object, *refusal) {
	f := c.fields(c.body)
	rows := f.rows(name, label)
	if len(f.wrong) > 0 {
		return nil, refuse(f.problems(codeBadParameter, nil)...)
	}
	return rows, nil
}
