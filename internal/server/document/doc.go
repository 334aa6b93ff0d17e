// Package document turns the text of a GraphQL request into a document that is
// safe to execute: parsed, within the limits, valid against the schema, with
// its variables coerced and its cost known.
//
// Everything here runs before a resolver does and on input that anybody can
// send, so each step is linear in the document or has a budget, and fragments
// are visited once however often they are spread. The order matters: the shape
// of a document is checked (guard.go) before it is validated, because some of
// the validation rules are quadratic in what the guard bounds.
//
// internal/server uses it. It imports internal/fault and gqlparser, and knows
// nothing of HTTP, callers or resolvers.
package document
