// Package exec runs GraphQL operations against Go resolvers, breadth first.
//
// # Why an executor of our own
//
// The usual Go executors go depth first: for a list of 100 employees they call
// the resolver of Employee.stamps 100 times, each for one parent, and whoever
// wants one upstream call instead of 100 needs data loaders, which collect keys
// under a timer and split or delay batches when the machine is busy. An
// upstream that answers 50 people in one call at 3 calls a second makes that
// the most expensive part of a gateway.
//
// Here every selection of a resolver field is executed once, with all its
// parents in document order, across lists and across any number of object hops:
// a resolver is a batch by nature, and needs no loader and no timer.
//
// # How
//
// An operation runs in three passes.
//
//  1. prepare walks the document once, in linear time: it decodes every argument
//     (a fault there refuses the request before anything runs) and finds out
//     which selections hold resolver fields at all.
//  2. run goes down the selections. A group is all objects of one concrete type
//     at one selection; a column is one field of a group. A resolver column is
//     filled by one call in its own goroutine; then the objects found in its
//     values, across all lists, become the next groups. Sibling columns go on
//     independently of each other. Objects without resolver fields below them
//     never become a group. The fields of a mutation, and of a type marked with
//     @serial, run one after the other instead.
//  3. write goes down the answer once, depth first, on one goroutine, and writes
//     JSON into one buffer. Leaves are read from the Go values here, without a
//     copy in between. A null where none may be cuts the buffer back to the
//     nearest place that may be null, which is all that null propagation needs.
//
// The alternative, the same breadth-first order with a result tree of small
// objects as in other languages' executors, costs an allocation a leaf.
//
// # What resolvers must know
//
// The Go values of an answer are read by several goroutines and until the
// answer is written: they must not change once returned, and the slice of
// parents belongs to the executor. A resolver is waited for even when its
// context is over, so it must honour its context. Errors keep their Go values;
// turning them into codes is the work of the HTTP edge.
//
// exec imports of the gateway only internal/fault.
package exec
