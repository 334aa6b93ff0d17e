// Package sources translates each vendor's words into the unified ones, once.
//
// There is one adapter a system. An adapter knows its client (upstream/<system>)
// and the types of internal/hr; it offers the calls that the system allows, at
// their real size (a page, a batch of 50, one day), and leaves it to the read
// planner above which of them to make. It caches nothing and decides nothing
// about rights.
//
// sources may import upstream/*, internal/hr, internal/fault and, for the name of
// who reads, internal/lookup; nothing above it.
package sources
