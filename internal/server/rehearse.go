package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/price"
)

// Rehearse runs a query without asking any system: bill must be one that
// rehearses, and has the price afterwards. variables is a JSON object or empty.
// It returns what went wrong without any call, as codes with their messages. The
// error is a *fault.Error when the document itself cannot be run, or the time of ctx
// is over.
func (s *Server) Rehearse(
	ctx context.Context, bill *price.Bill, query, variables, operationName string,
) ([]string, error) {
	req, err := s.rehearsal(query, variables, operationName)
	if err != nil {
		return nil, err
	}
	resp, ok := s.execute(price.With(ctx, bill), req)
	if !ok || resp == nil {
		return nil, internal()
	}
	if err := ctx.Err(); err != nil {
		return nil, fault.From(err) // half a price is none
	}
	problems := []string{}
	failed := slices.DeleteFunc(resp.Errors, func(e *exec.Error) bool { return errors.Is(e, price.ErrRehearsal) })
	for _, e := range presentErrors(ctx, s.log, failed) {
		if text := string(e.Extensions.Code) + ": " + e.Message; !slices.Contains(problems, text) {
			problems = append(problems, text)
		}
	}
	if bill.Ended() {
		problems = append(problems, fmt.Sprintf(
			"%s: it wants %d days of people, one operation may want %d; it needs about %d calls", fault.TooManyCalls,
			bill.Wanted(), price.MaxDays, bill.About()))
	}
	return problems, nil
}

// rehearsal prepares the operation as for running it.
func (s *Server) rehearsal(query, variables, operationName string) (exec.Request, error) {
	var given map[string]any
	if variables != "" {
		dec := json.NewDecoder(strings.NewReader(variables))
		dec.UseNumber()
		err := dec.Decode(&given)
		if _, end := dec.Token(); err != nil || !errors.Is(end, io.EOF) {
			return exec.Request{}, fault.New(fault.BadUserInput, "variables is not a JSON object")
		}
	}
	doc, err := s.documents.Prepare(query)
	if err != nil {
		return exec.Request{}, firstProblem(err)
	}
	op, err := doc.Operation(operationName)
	if err != nil {
		return exec.Request{}, firstProblem(err)
	}
	if op.Operation != ast.Query {
		return exec.Request{}, fault.New(fault.BadUserInput, "only queries are priced; a write is not rehearsed")
	}
	vars, err := s.documents.Variables(op, given)
	if err != nil {
		return exec.Request{}, firstProblem(err)
	}
	// What may not be asked may not be priced either: pricing goes the same way.
	if _, err := s.documents.Cost(op, vars); err != nil {
		return exec.Request{}, firstProblem(err)
	}
	return exec.Request{Document: doc.Query, Operation: op, Variables: vars}, nil
}

// firstProblem says what is wrong with a document that was given as an argument.
func firstProblem(err error) error {
	for _, e := range presentProblems(err) {
		return fault.New(fault.BadUserInput, "the document cannot be run: %s", e.Message)
	}
	return internal()
}
