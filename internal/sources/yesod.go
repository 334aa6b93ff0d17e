package sources

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/hr"
)

type Yesod struct{ name hr.Link }

func (j *Yesod) Link() hr.Link                                { return j.name }
func (j *Yesod) People(ctx context.Context) ([]Person, error) { return nil, nil }
func (j *Yesod) Units(ctx context.Context) ([]Unit, error)    { return nil, nil }
