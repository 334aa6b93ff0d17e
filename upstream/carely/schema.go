package carely

import _ "embed"

// schema is what the client believes of the vendor's schema.
//
//go:embed schema.graphql
var schema string

// Schema returns the part of Carely's schema that this client counts on, as SDL,
// for comparison with what a server tells of itself.
func Schema() string { return schema }
