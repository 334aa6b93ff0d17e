package jobcan

import "github.com/hitotsu/hitotsu/simulator/control"

// Words tells a fault with a lie what to change.
func (*Server) Words() control.Words {
	return control.Words{Person: []string{"employee_id"}, Date: []string{"recorded_at", "date", "use_date"}}
}
