// Package writes carries out writes row by row and tells truthfully what became
// of each.
//
// A row is looked at before it is sent, so that what is there already costs
// nothing and a second try is harmless; it is sent; and it is read back, because
// a vendor's "success" is not always one and a lost answer is not always a
// failure. What cannot be told is said to be unknown, never guessed.
//
// Rows are independent: one that is refused leaves the others alone.
//
// writes imports internal/directory, internal/reads, internal/sources and lower
// floors. It asks for no right: its callers have asked internal/access.
package writes
