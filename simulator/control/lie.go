package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Liar is implemented by a Simulator that tells by which names its answers speak
// of what a lie changes; the faults with lie need it.
type Liar interface {
	Words() Words
}

// Words are the members of a vendor's answers, by what they hold.
type Words struct {
	// Person names a person, Date a day or a moment that begins with its year.
	Person, Date []string
	// Total counts rows, Cursor is where the next page begins, More says that
	// there is one.
	Total, Cursor, More []string
}

// The values of Fault.Lie.
const (
	// LieStranger adds to each list of people's rows one of somebody else.
	LieStranger = "stranger"
	// LieStrangers makes every row one of somebody else.
	LieStrangers = "strangers"
	// LieElsewhen moves every row to the year before.
	LieElsewhen = "elsewhen"
	// LieTwice gives each row of the answer's list twice.
	LieTwice = "twice"
	// LieRepeat answers every later request with what the first was answered.
	LieRepeat = "repeat"
	// LieFewer and LieMore give half and double the total.
	LieFewer = "fewer"
	LieMore  = "more"
	// LieLoop always tells of a next page, which begins at the same place.
	LieLoop = "loop"
)

// Lies returns every value of Fault.Lie.
func Lies() []string {
	return []string{
		LieStranger, LieStrangers, LieElsewhen, LieTwice, LieRepeat, LieFewer, LieMore, LieLoop,
	}
}

// told is what a fault says again: with LieRepeat the whole answer, with LieLoop
// where the next page begins.
type told struct {
	mu     sync.Mutex
	whole  *buffer
	cursor any
}

// same is the first cursor that was there.
func (t *told) same(cursor any) any {
	t.mu.Lock()
	defer t.mu.Unlock()
	if text, ok := t.cursor.(string); !ok || text == "" {
		t.cursor = cursor
	}
	return t.cursor
}

// lie asks the simulator and sends its answer changed. What is no JSON of success
// goes as it is.
func (s *Server) lie(fault Fault, w http.ResponseWriter, r *http.Request, next http.Handler) {
	var whole *buffer
	if fault.Lie == LieRepeat {
		whole = fault.told.again(w.Header(), r, next)
	} else {
		whole = record(w.Header(), r, next)
		if liar, ok := s.sim.(Liar); ok && whole.status < http.StatusMultipleChoices {
			whole.rewrite(func(v any) any { return liar.Words().lie(&fault, v) })
		}
	}
	w.WriteHeader(whole.status)
	_, _ = w.Write(whole.Bytes())
}

// again is the first answer of success. Later requests are asked for all the
// same: they may have to be counted or refused.
func (t *told) again(header http.Header, r *http.Request, next http.Handler) *buffer {
	whole := record(header, r, next)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.whole == nil && whole.status < http.StatusMultipleChoices {
		t.whole = whole
	}
	if whole.status < http.StatusMultipleChoices {
		return t.whole
	}
	return whole
}

func (b *buffer) rewrite(change func(any) any) {
	var v any
	d := json.NewDecoder(bytes.NewReader(b.Bytes()))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return
	}
	text, err := json.Marshal(change(v))
	if err != nil {
		return
	}
	b.Reset()
	b.Write(text)
}

func (w Words) lie(f *Fault, v any) any {
	switch f.Lie {
	case LieStranger:
		return w.joined(v)
	case LieStrangers:
		return each(v, w.Person, other)
	case LieElsewhen:
		return each(v, w.Date, yearBefore)
	case LieTwice:
		return doubled(v)
	case LieFewer:
		return each(v, w.Total, times(1, 2))
	case LieMore:
		return each(v, w.Total, times(2, 1))
	case LieLoop:
		v = each(v, w.More, func(any) any { return true })
		return each(v, w.Cursor, f.told.same)
	}
	return v
}

// joined adds a stranger's row to the lists of people's rows.
func (w Words) joined(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			out[name] = w.joined(member)
		}
		return out
	case []any:
		if len(v) == 0 || !names(v[0], w.Person) {
			return v
		}
		return append(slices.Clone(v), each(v[0], w.Person, other))
	}
	return v
}

// names tells whether an object holds one of the members, anywhere.
func names(v any, members []string) bool {
	object, _ := v.(map[string]any)
	for name, member := range object {
		if slices.Contains(members, name) || names(member, members) {
			return true
		}
	}
	return false
}

// each is v with the members of these names changed, anywhere.
func each(v any, members []string, change func(any) any) any {
	switch v := v.(type) {
	case map[string]any:
		out := maps.Clone(v)
		for name, member := range v {
			if slices.Contains(members, name) {
				out[name] = change(member)
			} else {
				out[name] = each(member, members, change)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = each(v[i], members, change)
		}
		return out
	}
	return v
}

// doubled gives each element of the outermost lists twice.
func doubled(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			out[name] = doubled(member)
		}
		return out
	case []any:
		return slices.Concat(v, v)
	}
	return v
}

// other is another person's id: the next number, or a text that names nobody.
func other(v any) any {
	if list, ok := v.([]any); ok {
		out := make([]any, len(list))
		for i := range list {
			out[i] = other(list[i])
		}
		return out
	}
	text := fmt.Sprint(v)
	n, err := strconv.Atoi(text)
	_, number := v.(json.Number)
	switch {
	case v == nil:
		return nil
	case err == nil && number:
		return n + 1
	case err == nil:
		return strconv.Itoa(n + 1)
	}
	return "other-" + text
}

// yearBefore moves a text that begins with a year.
func yearBefore(v any) any {
	text, _ := v.(string)
	if len(text) < len("2026") {
		return v
	}
	year, err := strconv.Atoi(text[:4])
	if err != nil {
		return v
	}
	return strconv.Itoa(year-1) + strings.TrimPrefix(text, text[:4])
}

func times(by, part int) func(any) any {
	return func(v any) any {
		n, err := strconv.Atoi(fmt.Sprint(v))
		if err != nil {
			return v
		}
		return n * by / part
	}
}
