// Package transport carries every request the gateway makes of a vendor.
//
// All clients below upstream/ send through one chain, fixed in Client.Do:
//
//	observe(call) -> breaker -> retry -> token -> quota -> observe(attempt) -> body limit -> RoundTripper
//
// The order is the design. An open breaker costs nothing, not even a token. A
// retry takes a fresh token and pays for a fresh turn. The turn is the last wait
// before the request is written, so that a crowd released by a token refresh is
// still paced. What a vendor's body says (a refused token inside HTTP 200) is
// judged inside the attempt, by Call.Check, so that the outer layers can act.
//
// Errors are always *fault.Error with the system and the link. Neither they nor
// their causes, nor any event, ever hold a URL, a query, a header, a token or a
// body: what net/http says about a failure is reduced to one of a few constant
// words, because its texts quote addresses and answers.
//
// transport is used by the vendor clients and built by internal/app. It imports
// internal/fault, internal/quota, internal/price and internal/usage (a call is
// counted where it is made) and upstream/internal/flex, and nothing else of this
// module.
package transport
