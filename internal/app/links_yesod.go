package app

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/config"
)

func (c *connector) yesod(_ context.Context, _ *config.Link) error { return nil }
