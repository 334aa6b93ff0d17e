package native

import (
	"context"
	"strings"

	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

type (
	// JobcanAssumed is a resource of which only the scope is public, in capitals.
	JobcanAssumed string
	// JobcanRecord is a row whose fields are not public.
	JobcanRecord struct {
		ID   *string
		JSON string
	}
)

// Assumed reads all rows of a resource that the configuration has a path for: one
// call, or a page of 100 a call.
func (j *Jobcan) Assumed(ctx context.Context, resource JobcanAssumed) ([]*JobcanRecord, error) {
	rows, err := j.client.Assumed(ctx, jobcan.Assumed(strings.ToLower(string(resource))))
	return mapped(rows, err, func(r *jobcan.Record) *JobcanRecord {
		return &JobcanRecord{ID: numberText(r.ID), JSON: string(r.JSON)}
	})
}
