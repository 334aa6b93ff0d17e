package akashi

import "github.com/hitotsu/hitotsu/simulator/control"

// Words tells a fault with a lie what to change.
func (*Simulator) Words() control.Words {
	return control.Words{
		Person: []string{"staff_id", "staffId", "staff_ids"},
		Date:   []string{"stamped_at", "local_time", "date"},
		Total:  []string{"TotalCount", "totalCount", "Count", "count"},
	}
}
