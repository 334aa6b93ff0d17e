package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/server/document"
)

const (
	// maxPaths is how many further paths of one error are listed; extensions.count
	// has the true number.
	maxPaths = 10
	// maxDetails is how many internal errors of one operation are logged, and
	// maxDetail how many bytes of each.
	maxDetails = 10
	maxDetail  = 1_000
)

// wireError is one element of "errors".
type wireError struct {
	Message    string          `json:"message"`
	Locations  []exec.Location `json:"locations,omitempty"`
	Path       ast.Path        `json:"path,omitempty"`
	Extensions wireExtensions  `json:"extensions"`
}

// wireExtensions is what a program may rely on; docs/errors.md explains it.
type wireExtensions struct {
	Code   fault.Code `json:"code"`
	System string     `json:"system,omitempty"`
	Link   string     `json:"link,omitempty"`
	// RetryAfter is in whole seconds, rounded up.
	RetryAfter int64  `json:"retryAfter,omitempty"`
	VendorCode string `json:"vendorCode,omitempty"`
	// VendorMessage may name a person; see fault.Error.
	VendorMessage string `json:"vendorMessage,omitempty"`
	// Paths are further positions with the same error, Count all positions
	// when there is more than one.
	Paths []ast.Path `json:"paths,omitempty"`
	Count int        `json:"count,omitempty"`
}

func present(fe *fault.Error) wireError {
	return wireError{
		Message: fe.Message,
		Extensions: wireExtensions{
			Code: fe.Code, System: fe.System, Link: fe.Link, VendorCode: fe.VendorCode, VendorMessage: fe.VendorMessage,
			RetryAfter: int64((fe.RetryAfter + time.Second - 1) / time.Second),
		},
	}
}

// presentProblems presents why a request was refused before it ran.
func presentProblems(err error) []wireError {
	problems, ok := errors.AsType[document.Problems](err)
	if !ok {
		return []wireError{present(fault.From(err))}
	}
	out := make([]wireError, len(problems))
	for i, p := range problems {
		out[i] = present(p.Error)
		out[i].Locations = places(p.Locations)
	}
	return out
}

func places(in []gqlerror.Location) []exec.Location {
	out := make([]exec.Location, len(in))
	for i, l := range in {
		out[i] = exec.Location{Line: l.Line, Column: l.Column}
	}
	return out
}

// sameError tells which errors are shown as one. Upstream errors are the same
// when code, system and link are; errors of the gateway, whose message is always
// the same, by their code; those of the caller by their message too.
type sameError struct {
	code         fault.Code
	system, link string
	message      string
}

func keyOf(fe *fault.Error) sameError {
	key := sameError{code: fe.Code, system: fe.System, link: fe.Link}
	if isCallers(fe.Code) {
		key.message = fe.Message
	}
	return key
}

// isCallers reports whether the caller can mend the error by asking differently.
func isCallers(code fault.Code) bool {
	switch code {
	case fault.BadUserInput, fault.NotFound, fault.Forbidden, fault.ValidationFailed, fault.QueryTooComplex:
		return true
	default:
		return false
	}
}

// presentErrors collapses the engine's errors, which come in document order, to
// one of a kind, and keeps that order by the first position of each.
func presentErrors(ctx context.Context, log *slog.Logger, errs []*exec.Error) []wireError {
	var out []wireError
	at := map[sameError]int{}
	details := 0
	for _, e := range errs {
		fe := fault.From(e.Err)
		if fe == nil {
			fe = fault.From(errors.New("an error without a cause"))
		}
		if fe.Code == fault.Internal && details < maxDetails {
			details++
			logDetail(ctx, log, e.Path, fe)
		}
		count := max(e.Count, 1)
		key := keyOf(fe)
		i, seen := at[key]
		if !seen {
			at[key] = len(out)
			w := present(fe)
			w.Path, w.Locations = e.Path, e.Locations
			w.Extensions.Paths = slices.Clone(e.Paths[:min(len(e.Paths), maxPaths)])
			w.Extensions.Count = count
			out = append(out, w)
			continue
		}
		ext := &out[i].Extensions
		ext.Count += count
		// The longest wait holds for all that is shown as one.
		ext.RetryAfter = max(ext.RetryAfter, present(fe).Extensions.RetryAfter)
		for _, p := range append([]ast.Path{e.Path}, e.Paths...) {
			if len(ext.Paths) < maxPaths && p != nil {
				ext.Paths = append(ext.Paths, p)
			}
		}
	}
	for i := range out {
		if out[i].Extensions.Count == 1 {
			out[i].Extensions.Count = 0
		}
	}
	return out
}

// logDetail writes what the caller is not told. Indices are left out of the
// path, so that it names a field of the schema's language only.
func logDetail(ctx context.Context, log *slog.Logger, path ast.Path, fe *fault.Error) {
	var fields ast.Path
	for _, p := range path {
		if name, ok := p.(ast.PathName); ok {
			fields = append(fields, name)
		}
	}
	detail := fe.Error()
	if cause := errors.Unwrap(fe); cause != nil {
		detail = cause.Error()
	}
	log.ErrorContext(ctx, "internal error", slog.String("field", fields.String()),
		slog.String("detail", detail[:min(len(detail), maxDetail)]))
}

// codesOf lists the codes of errors, each once, in order.
func codesOf(errs []wireError) []string {
	var out []string
	for _, e := range errs {
		if code := string(e.Extensions.Code); !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// encodeAnswer writes {"errors", "data", "extensions"}, each only when there;
// data goes out as the engine wrote it.
func encodeAnswer(data json.RawMessage, errs []wireError, extensions map[string]any) ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(len(data) + 256)
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	sep := byte('{')
	member := func(name string, v any) error {
		buf.WriteByte(sep)
		sep = ','
		buf.WriteString(`"` + name + `":`)
		if raw, ok := v.(json.RawMessage); ok {
			buf.Write(raw)
			return nil
		}
		err := enc.Encode(v)
		buf.Truncate(buf.Len() - 1) // Encode ends with a line feed
		return err
	}
	if len(errs) > 0 {
		if err := member("errors", errs); err != nil {
			return nil, err
		}
	}
	if data != nil {
		if err := member("data", data); err != nil {
			return nil, err
		}
	}
	if len(extensions) > 0 {
		if err := member("extensions", extensions); err != nil {
			return nil, err
		}
	}
	if sep == '{' {
		buf.WriteByte('{')
	}
	buf.WriteByte('}')
	return buf.Bytes(), nil
}
