// Package conformance holds the suites that a client of upstream/<system> passes
// against simulator/<system> over real sockets: every method under every fault
// and quirk, random answers that come to the same unified values, and the pacing.
// It has tests only, imports nothing of the gateway above internal/sources, and
// nothing imports it.
package conformance
