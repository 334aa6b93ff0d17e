// Package writes carries out writes row by row and tells truthfully what became
// of each.
//
// A row is looked at before it is sent, so that what is there already costs
// nothing and a second try is harmless; it is sent; and it is read back, because
// a vendor's "success" is not always one and a lost answer is not always a
// failure. What cannot be told is said to be unknown, never guessed.
//
// Rows are independent: one that is refused leaves the others alone. Several
// systems at once, previews and resumable runs are built on top of these rows.
//
// writes imports internal/directory, internal/reads, internal/sources,
// internal/access and lower floors.
package writes
