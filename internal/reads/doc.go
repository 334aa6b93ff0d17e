// Package reads turns the needs of an operation into few upstream calls.
//
// The executor resolves a selection once for all its parents, so a need arrives
// here whole: these employees, this period, these details; one list under several
// names arrives as several wishes at once, and what is wanted in several places is
// gathered first (foresight.go). reads looks at what
// is cached, plans the cheapest calls for the rest (internal/plan knows the
// vendors' limits as arithmetic), makes them side by side, and hands back rows for each
// employee together with the state of each link. Nothing waits for a timer.
//
// What is kept is kept by day: one endpoint, one subject, one day, a month of them in
// a cell of internal/lookup. Overlapping needs share days, and two operations that
// need the same day at the same time make one call.
//
// reads imports internal/directory, internal/sources and lower floors. It knows
// no caller: it is only asked for people whom the caller may see.
package reads
