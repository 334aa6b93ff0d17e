package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/slice"
)

// allowed is the Allow header of /graphql.
const allowed = "GET, POST, OPTIONS"

// statusClientGone is logged, and never sent, when the caller went away.
const statusClientGone = 499

// serveGraphQL is the GraphQL-over-HTTP transport.
//
// A request that is not well formed is 4xx whatever the caller accepts. One that
// is, but whose document or variables are wrong, is 400 in
// application/graphql-response+json and 200 in application/json, which old
// clients read only when it is 200. An answer that executed is 200 in both.
func (s *Server) serveGraphQL(w http.ResponseWriter, r *http.Request) {
	media, acceptable := answerType(r.Header)
	a := &answer{w: w, r: r, media: media}
	switch {
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", allowed)
		w.WriteHeader(http.StatusNoContent)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		w.Header().Set("Allow", allowed)
		a.refuse(refuse(http.StatusMethodNotAllowed, fault.MethodNotAllowed, "use POST, or GET for queries"))
		return
	case !acceptable:
		a.refuse(refuse(http.StatusNotAcceptable, fault.NotAcceptable,
			"the answer can be %s or %s", mediaGraphQL, mediaJSON))
		return
	}
	var p params
	var refused *refusal
	limits := s.documents.Limits()
	if r.Method == http.MethodPost {
		p, refused = readPost(r, s.maxBody(r.Context()), limits.VariableValues)
	} else {
		p, refused = readGet(r, limits.Body, limits.VariableValues)
	}
	if refused != nil {
		if refused.status == http.StatusRequestEntityTooLarge {
			w.Header().Set("Connection", "close")
		}
		a.refuse(refused)
		return
	}
	s.answerParams(a, p)
}

// maxBody is how many bytes the body of a caller may have.
func (s *Server) maxBody(ctx context.Context) int {
	limit := s.documents.Limits().Body
	if s.opts.LargeBody == nil {
		return limit
	}
	return max(limit, s.opts.LargeBody(ctx))
}

// budgetHeader lets a caller ask for an answer in less time than the gateway
// allows, with what is there by then: a duration with its unit, such as 3s.
const budgetHeader = "Hitotsu-Budget"

// budget is the time that an operation may take.
func (s *Server) budget(h http.Header) (time.Duration, *refusal) {
	values := h.Values(budgetHeader)
	if len(values) == 0 {
		return s.opts.Budget, nil
	}
	d, err := time.ParseDuration(values[0])
	if len(values) > 1 || err != nil || d <= 0 {
		return 0, badRequest("the header %s has to be one duration with its unit, such as 3s or 500ms", budgetHeader)
	}
	return min(d, s.opts.Budget), nil
}

// answerParams answers a request that is GraphQL over HTTP.
func (s *Server) answerParams(a *answer, p params) {
	budget, refused := s.budget(a.r.Header)
	if refused != nil {
		a.refuse(refused)
		return
	}
	ctx, cancel := context.WithTimeout(a.r.Context(), slice.Engine(budget))
	defer cancel()
	req, refused, err := s.operation(ctx, a.r.Method, p)
	if refused != nil {
		if refused.status == http.StatusMethodNotAllowed {
			a.w.Header().Set("Allow", "POST, OPTIONS")
		}
		a.refuse(refused)
		return
	}
	if err != nil {
		a.requestErrors(presentProblems(err), nil)
		return
	}
	if s.opts.Begin != nil {
		ctx = s.opts.Begin(ctx)
	}
	s.weigh(ctx, req)
	ctx, told := freshness(ctx, a.r.Header)
	resp, ok := s.execute(ctx, req)
	switch {
	case a.r.Context().Err() != nil:
		eventFrom(ctx).status = statusClientGone
		return
	case !ok || resp == nil:
		a.write(http.StatusInternalServerError, nil, []wireError{present(internal())}, told(nil))
		return
	}
	errs := presentErrors(ctx, s.log, resp.Errors)
	if resp.Data == nil {
		if len(errs) == 0 {
			errs = []wireError{present(internal())}
		}
		a.requestErrors(errs, told(nil))
		return
	}
	var extensions map[string]any
	if s.opts.Extensions != nil {
		extensions = s.opts.Extensions(ctx)
	}
	a.write(http.StatusOK, resp.Data, errs, told(extensions))
}

func internal() *fault.Error {
	return fault.New(fault.Internal, "internal error; the gateway's log has the detail")
}

// operation prepares the operation to execute, and notes it for the log.
func (s *Server) operation(ctx context.Context, method string, p params) (exec.Request, *refusal, error) {
	doc, err := s.documents.Prepare(p.query)
	if err != nil {
		return exec.Request{}, nil, err
	}
	op, err := doc.Operation(p.operationName)
	if err != nil {
		return exec.Request{}, nil, err
	}
	ev := eventFrom(ctx)
	ev.operationName, ev.operationType = op.Name, string(op.Operation)
	if refused := servable(op, method); refused != nil {
		return exec.Request{}, refused, nil
	}
	vars, err := s.documents.Variables(op, p.variables)
	if err != nil {
		return exec.Request{}, nil, err
	}
	if ev.cost, err = s.documents.Cost(op, vars); err != nil {
		return exec.Request{}, nil, err
	}
	return exec.Request{Document: doc.Query, Operation: op, Variables: vars}, nil, nil
}

// servable refuses what this transport would lose or must not do.
func servable(op *ast.OperationDefinition, method string) *refusal {
	switch {
	case op.Operation == ast.Subscription:
		return badRequest("a subscription cannot be answered by one response; it is not served here")
	case op.Operation == ast.Mutation && method == http.MethodGet:
		return refuse(http.StatusMethodNotAllowed, fault.MethodNotAllowed, "send a mutation by POST")
	}
	return nil
}

// execute runs the engine; it is false when the engine panicked.
func (s *Server) execute(ctx context.Context, req exec.Request) (resp *exec.Response, ok bool) {
	defer func() {
		if v := recover(); v != nil {
			logPanic(ctx, s.log, v)
			resp, ok = nil, false
		}
	}()
	s.foresee(ctx, req)
	return s.opts.Engine.Execute(ctx, req), true
}

// answer writes one response.
type answer struct {
	w     http.ResponseWriter
	r     *http.Request
	media string
}

// refuse answers a request that is not well formed.
func (a *answer) refuse(r *refusal) {
	a.write(r.status, nil, []wireError{present(r.Error)}, nil)
}

// requestErrors answers a well formed request without data, and with 200 only
// where the media type demands it.
func (a *answer) requestErrors(errs []wireError, extensions map[string]any) {
	status := http.StatusBadRequest
	if a.media == mediaJSON {
		status = http.StatusOK
	}
	a.write(status, nil, errs, extensions)
}

func (a *answer) write(status int, data json.RawMessage, errs []wireError, extensions map[string]any) {
	ev := eventFrom(a.r.Context())
	body, err := encodeAnswer(data, errs, extensions)
	if err != nil {
		// Only an extension of the gateway's own can fail to encode.
		ev.detail = "encode answer: " + err.Error()
		status, errs = http.StatusInternalServerError, []wireError{present(internal())}
		body = fmt.Appendf(nil, `{"errors":[{"message":%q,"extensions":{"code":%q}}]}`, errs[0].Message, fault.Internal)
	}
	ev.codes = codesOf(errs)
	h := a.w.Header()
	h.Set("Content-Type", a.media+"; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Add("Vary", "Accept")
	a.w.WriteHeader(status)
	if a.r.Method != http.MethodHead {
		// An error means that the caller is gone; there is nobody to tell.
		_, _ = a.w.Write(body) //nolint:gosec // JSON with nosniff is not a page
	}
}

// stack is the stack of a panic, bounded.
func stack() string {
	const limit = 8 << 10
	st := debug.Stack()
	return string(st[:min(len(st), limit)])
}
