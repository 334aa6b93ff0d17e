// Package hr holds the unified types of people data and the pure rules about
// them: labour days, months, names that are spelt in several ways.
//
// The GraphQL schema is bound to these types, sources translate each vendor's
// words into them, and there is no third copy of an employee anywhere. Values
// are immutable once they leave the package that made them: they are shared by
// concurrent operations.
//
// hr is on the lowest floor: no I/O, no clock, and no import of another package
// of the gateway.
package hr
