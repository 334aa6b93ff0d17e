package directory

import "github.com/hitotsu/hitotsu/internal/hr"

// decided is what people decided about records, as joining needs it.
type decided struct {
	// together are records that are one person, the earlier decision first.
	together [][2]hr.Ref
	// solo are records that were taken off somebody.
	solo map[hr.Ref]bool
}
