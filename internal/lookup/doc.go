// Package lookup keeps what the systems answered and may be asked again for:
// memory first, the shared store second, the system last.
//
// What is kept is kept by cell: what one endpoint of one link says of one
// subject, as seen by one upstream principal; of what is by day, a month of it. A
// cell's days are known, and age, each by itself. Needs that overlap share days,
// and needs that meet while a day is fetched share the call.
// Memory holds decoded rows, which are shared and must not be changed. The store
// holds them encoded and encrypted, under names that tell nothing.
//
// A value is fresh for a while; then for a while it is still answered at once
// while one call behind fetches it anew; then it stands in only for a system
// that does not answer; and at its maximum age it is gone. Rule has the figures.
//
// Writes touch topics (history.go): what was read before a write is not shown
// after it, on any replica. See docs/adr for the protocol and its limits.
//
// lookup may import internal/store, internal/seal, internal/usage, internal/price,
// internal/fault and internal/hr, and nothing else of the gateway; which endpoints
// there are and what they may cost its callers say.
package lookup
