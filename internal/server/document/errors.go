package document

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// maxMessage is the length in runes after which a parser's message is cut; it
// may quote a literal of the document, which can be as long as the body.
const maxMessage = 300

// Problem is one reason why a document is refused, with the places it is about.
type Problem struct {
	*fault.Error
	Locations []gqlerror.Location
}

// Problems is why a document is refused: at least one Problem. It is an error
// whose first problem is found by errors.As.
type Problems []Problem

// Error joins the problems' messages.
func (p Problems) Error() string {
	parts := make([]string, len(p))
	for i := range p {
		parts[i] = p[i].Error.Error()
	}
	return strings.Join(parts, "; ")
}

// Unwrap lets errors.As find the faults.
func (p Problems) Unwrap() []error {
	errs := make([]error, len(p))
	for i := range p {
		errs[i] = p[i].Error
	}
	return errs
}

// refuse returns a single problem at a place, which may be nil.
func refuse(code fault.Code, pos *ast.Position, format string, args ...any) Problems {
	p := Problem{Error: fault.New(code, format, args...)}
	if pos != nil {
		p.Locations = []gqlerror.Location{{Line: pos.Line, Column: pos.Column}}
	}
	return Problems{p}
}

// tooMuch refuses for a limit, naming the limit and the value found.
func tooMuch(pos *ast.Position, what string, got, limit int) Problems {
	return refuse(fault.QueryTooComplex, pos, "%s: %d; the limit is %d", what, got, limit)
}

// fromParser takes over gqlparser's errors under one of our codes.
func fromParser(code fault.Code, errs ...*gqlerror.Error) Problems {
	out := make(Problems, 0, len(errs))
	for _, e := range errs {
		out = append(out, Problem{Error: fault.New(code, "%s", cut(withoutValue(e.Message))), Locations: e.Locations})
	}
	return out
}

// withoutValue cuts off the value that a message of gqlparser's rules ends with:
// a literal in the wrong place may be a name, an address or a key. The location
// shows where it stands.
func withoutValue(message string) string {
	if head, _, ok := strings.Cut(message, " value: "); ok {
		return head + " value"
	}
	if head, value, ok := strings.Cut(message, ", found "); ok && value != "null." {
		return head
	}
	return message
}

// cut shortens a message to maxMessage runes of valid UTF-8.
func cut(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if len(s) <= maxMessage {
		return s
	}
	n := 0
	for i := range s {
		if n == maxMessage {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
