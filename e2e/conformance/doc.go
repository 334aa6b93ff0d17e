// Package conformance holds the suites that a client of upstream/<system> passes
// against simulator/<system> over real sockets: every read and write under every
// fault and quirk, random answers with random quirks, and the pacing. It has
// tests only, imports nothing of the gateway above upstream, and nothing imports
// it.
package conformance
