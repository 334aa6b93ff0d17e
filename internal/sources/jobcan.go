package sources

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/hr"
)

type Jobcan struct{ name hr.Link }

func (j *Jobcan) Link() hr.Link                                { return j.name }
func (j *Jobcan) Principal() string                            { return companyPrincipal }
func (j *Jobcan) People(ctx context.Context) ([]Person, error) { return nil, nil }
func (j *Jobcan) StampsOfDay(ctx context.Context, d hr.Date) (map[string][]*hr.Stamp, error) {
	return nil, nil
}

func (j *Jobcan) StampsOfPerson(ctx context.Context, id string, d hr.Date) ([]*hr.Stamp, error) {
	return nil, nil
}

func (j *Jobcan) WorkingRecordsOfDay(ctx context.Context, d hr.Date) (map[string][]*hr.WorkingRecord, error) {
	return nil, nil
}

func (j *Jobcan) WorkingRecordsOfPerson(ctx context.Context, id string, p hr.Period) ([]*hr.WorkingRecord, error) {
	return nil, nil
}

func (j *Jobcan) Leaves(ctx context.Context, id string, p hr.Period) ([]*hr.Leave, error) {
	return nil, nil
}

func (j *Jobcan) Shifts(ctx context.Context, id string, d []hr.Date) ([]*hr.Shift, error) {
	return nil, nil
}
