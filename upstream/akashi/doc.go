// Package akashi is a faithful client of AKASHI's public API, in AKASHI's words
// (staff, stamp, working record, man-hour). Section numbers in comments are those
// of the vendor's document:
// https://akashi.zendesk.com/hc/ja/articles/115000475854
//
// The document contradicts itself in places, and live servers differ from it in
// others. The decoders here take every variant that was ever seen (see flex.go)
// and return one plain form: ids as numbers, times in Japanese time, dates as
// yyyy-mm-dd, absent values as zero values or nil pointers.
//
// The package knows the wire and nothing of the gateway's words; internal/sources
// translates. It imports internal/fault and upstream/transport only.
package akashi
