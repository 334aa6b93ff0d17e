package sources

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// PutOvertime records a month and returns what Carely stored: one call. It sets
// the month's minutes, so it is sent again when an answer is lost.
func (c *Carely) PutOvertime(ctx context.Context, uuid string, m hr.Month, minutes int) (*hr.Overtime, error) {
	row, err := c.client.UpsertOvertime(ctx, uuid, m.First().String(), minutes)
	if err != nil {
		return nil, err
	}
	o, ok := c.overtime(&row)
	if !ok || o.Month != m || o.Customer.ID != uuid {
		return nil, fault.Upstream(fault.UpstreamBadResponse, string(hr.Carely), c.name.Name,
			"the answer is about another customer or month than the one sent")
	}
	return o, nil
}
