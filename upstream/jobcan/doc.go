// Package jobcan is a client of Jobcan Attendance's REST API, in Jobcan's words
// (adit, daily summary, use day).
//
// The vendor's reference is not public. Paths and fields follow what public
// clients of the live API use; everything uncertain is an option with a default:
// every path, the candidates for the staff code and the punch type, the form of
// the Authorization header. What is missing is told from what is zero.
//
// The package knows the wire and nothing of the gateway's words; internal/sources
// translates. It imports internal/fault, upstream/transport and
// upstream/internal/flex only.
package jobcan
