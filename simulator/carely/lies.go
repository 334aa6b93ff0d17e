package carely

import "github.com/hitotsu/hitotsu/simulator/control"

// Words tells a fault with a lie what to change. A row of somebody else has
// another uuid, too.
func (*Server) Words() control.Words {
	return control.Words{
		Person: []string{"uuid", "employeeNumber"}, Cursor: []string{"endCursor"}, More: []string{"hasNextPage"},
	}
}
