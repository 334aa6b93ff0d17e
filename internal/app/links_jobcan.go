package app

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/config"
)

func (c *connector) jobcan(ctx context.Context, l *config.Link) error { return nil }
func (c *connector) yesod(ctx context.Context, l *config.Link) error  { return nil }
