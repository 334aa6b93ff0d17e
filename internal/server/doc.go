// Package server is the HTTP edge of the gateway: GraphQL over HTTP, who is
// asking, limits, and the presentation of errors.
//
// A request to /graphql passes, from the outside in:
//
//	observe   one log event a request; panics become 500
//	headers   security headers
//	CORS      only for the configured origins
//	CSRF      cross-site writes by browsers are refused
//	gzip      of JSON answers
//	bearer    401 without a known one, introspection included
//	transport GraphQL over HTTP: media types, parameters, statuses
//	document  parse, limits, validation, variables, cost (package document)
//	engine    graph/exec
//
// Nothing before the engine allocates more than the body's limit allows, or
// takes more than a few milliseconds, whatever is sent.
//
// internal/app builds a Server. The package imports graph/exec for the shape of
// requests and answers, internal/auth, and internal/price and internal/usage for
// what an operation may take and took; it knows no resolver, no upstream and no
// configuration file.
package server
