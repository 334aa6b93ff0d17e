// Package quota gives turns to write a request to a vendor that counts requests.
//
// A Budget is what one host allows one of our addresses. Who wants to send waits
// for a Turn in the budget's queue: urgent before interactive before background,
// fair between callers, by deadline within a caller. Whoever's turn would come
// after the deadline is told so at once. The queue belongs to the process; the
// turns are shared with the other replicas through Redis, and divided among them
// while Redis is away. A Ledger holds the budgets of a process.
//
// Safety comes before speed everywhere: where it is not known whether a request
// was sent, or by whom, it counts as sent.
//
// quota may import internal/store and internal/fault.
package quota
