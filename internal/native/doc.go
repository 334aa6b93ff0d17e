// Package native does what only one vendor has, in that vendor's words.
//
// It holds the clients by link, checks what the vendor's document forbids row by
// row and sends the rest, translates the vendor's answer into one outcome for
// each row, and tells the rooms beside it what a write touched, so that the next
// read is not older than the write. Nothing that a vendor says is dropped: what
// belongs to no row stands beside the rows.
//
// Its types are the GraphQL types of the vendors' namespaces; inputs are the
// clients' own. Rights are not its business: whoever calls it has asked
// internal/access.
//
// native imports internal/directory, internal/reads, upstream and lower floors.
package native
