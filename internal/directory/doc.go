// Package directory knows who is who: it joins the records of all connected
// systems into one index of employees and one tree of organisations, and gives
// them ids that stay.
//
// The index lives in memory and is built from each link's roster. A link that
// cannot be read costs only its own part: its last roster stays in use, marked
// stale, and people whom other systems know are listed all the same. What must
// outlive the process, the choice of each person's id, is kept in the store.
//
// directory imports internal/sources and lower floors. It knows no caller and
// no right: internal/access decides over the facts that the index supplies.
package directory
