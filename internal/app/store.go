package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
)

// documents is a store that can be closed.
type documents interface {
	store.Documents
	Close() error
}

// stores is all that the gateway keeps, in one place.
type stores struct {
	store.Documents
	store.Cache
	store.Topics
	store.Locks

	// redis and guard are nil without Redis.
	redis *store.Redis
	guard *store.Guarded

	closers []func() error // in their order
}

// Exclusive reports whether no other process has these documents.
func (s *stores) Exclusive() bool { return s.redis == nil }

// Close closes everything.
func (s *stores) Close() error {
	var err error
	for _, c := range s.closers {
		err = errors.Join(err, c())
	}
	return err
}

// openStore opens Redis where it is configured, else the data directory. With
// neither, nothing is worth keeping and the store is a directory that goes away
// at the end: a configuration with a credential that rotates was refused before.
func openStore(ctx context.Context, c *config.Config, log *slog.Logger) (documents, error) {
	switch {
	case c.RedisURL.IsSet():
		return openRedis(ctx, c, log)
	case c.DataDir != "":
		return openDataDir(c.DataDir)
	}
	dir, err := os.MkdirTemp("", "hitotsu-")
	if err != nil {
		return nil, fmt.Errorf("app: no place for temporary data: %w", err)
	}
	b, err := store.OpenBolt(dir, store.BoltOptions{})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &temporary{Bolt: b, dir: dir}, nil
}

func openDataDir(dir string) (documents, error) {
	docs, err := store.OpenBolt(dir, store.BoltOptions{})
	if err != nil {
		return nil, err
	}
	local, err := store.OpenLocal(dir, store.LocalOptions{})
	if err != nil {
		return nil, errors.Join(err, docs.Close())
	}
	return &stores{
		Documents: docs, Cache: local, Topics: local, Locks: local, closers: []func() error{local.Close, docs.Close},
	}, nil
}

// checkTimeout is how long Redis may take at start.
const checkTimeout = 10 * time.Second

func openRedis(ctx context.Context, c *config.Config, log *slog.Logger) (documents, error) {
	opts := store.RedisOptions{Prefix: c.Redis.Prefix, WaitReplicas: c.Redis.WaitReplicas}
	if c.Redis.CAFile != "" {
		var err error
		if opts.CA, err = os.ReadFile(c.Redis.CAFile); err != nil {
			return nil, fault.New(fault.Misconfigured, "the file that HITOTSU_REDIS_CA_FILE names cannot be read").Because(err)
		}
	}
	r, err := store.OpenRedis(c.RedisURL.Reveal(), opts)
	if err != nil {
		return nil, err
	}
	if err := checkRedis(ctx, r, log); err != nil {
		if _, told := errors.AsType[*fault.Error](err); told || c.DataDir == "" {
			return nil, errors.Join(err, r.Close())
		}
		// The journal there has the credentials until Redis is back.
		log.WarnContext(ctx, "starting without Redis", slog.Any("error", err))
	}
	guard := r.Guard(c.Redis.Budget, store.GuardOptions{OnChange: redisChanged(log, time.Now)})
	return &stores{
		Documents: r, Cache: guard, Topics: guard, Locks: guard, redis: r, guard: guard,
		closers: []func() error{guard.Close, r.Close},
	}, nil
}

func checkRedis(ctx context.Context, r *store.Redis, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	warnings, err := r.Check(ctx)
	if err != nil {
		if _, told := errors.AsType[*fault.Error](err); told {
			return err
		}
		return fmt.Errorf("app: Redis does not answer; check HITOTSU_REDIS_URL: %w", err)
	}
	for _, warning := range warnings {
		log.WarnContext(ctx, "redis set-up", slog.String("warning", warning))
	}
	return nil
}

// quietTime is how seldom the operator is told that Redis is away: where its
// answers take about as long as they may, it is so many times a second.
const quietTime = 10 * time.Second

// redisChanged tells the operator. The lines have no request to belong to.
func redisChanged(log *slog.Logger, now func() time.Time) func(error) {
	var (
		mu     sync.Mutex
		told   time.Time
		silent bool
	)
	return func(cause error) {
		mu.Lock()
		defer mu.Unlock()
		if cause == nil {
			if !silent {
				log.Info("redis back")
			}
			return
		}
		if silent = now().Sub(told) < quietTime; silent {
			return
		}
		told = now()
		log.Warn("redis away; going on without it (HITOTSU_REDIS_BUDGET says when)", slog.Any("error", cause))
	}
}

// temporary is a store that leaves nothing behind.
type temporary struct {
	*store.Bolt
	dir string
}

// Close closes the store and removes its directory.
func (t *temporary) Close() error { return errors.Join(t.Bolt.Close(), os.RemoveAll(t.dir)) }
