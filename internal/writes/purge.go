package writes

import (
	"context"
	"fmt"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/store"
)

// Purge removes the notes of a staff's man-hours and returns how many there were.
func Purge(ctx context.Context, docs store.Documents, staff hr.Ref) (int, error) {
	if staff.System != hr.Akashi {
		return 0, nil
	}
	keys, err := docs.List(ctx, fmt.Sprintf("writes/manhours/%s/%s/", staff.Name, staff.ID))
	if err != nil {
		return 0, fmt.Errorf("writes: purge: %w", err)
	}
	for _, key := range keys {
		doc, err := docs.Get(ctx, key)
		if err == nil {
			err = docs.Delete(ctx, key, doc.Version)
		}
		if err != nil {
			return 0, fmt.Errorf("writes: purge: %w", err)
		}
	}
	return len(keys), nil
}
