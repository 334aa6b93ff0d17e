// Package plan is the arithmetic of calls: which cells are needed goes in, the
// cheapest set of upstream calls that the vendors' documents allow comes out.
//
// The price is the number of calls, because a call takes 100 to 500 ms and the
// quota counts calls; how many rows one brings does not matter up to the
// endpoint's limits. The limits are data, in rules.go, each with the section
// that states it, so that a test can scale them down and compare with every plan
// there is.
//
// Everything here is pure: no clock, no I/O, no vendor's type. plan may import
// internal/hr and nothing else of the gateway.
package plan
