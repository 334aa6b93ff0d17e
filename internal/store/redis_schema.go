package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// redisSchema is the version of everything under the prefix. It changes when the
// documents do; what can be had anew has its own numbers in its keys.
const redisSchema = "1"

// Check is the first contact: it reports whether Redis answers and what is under
// the prefix was written by this version, and marks it as such if nothing is
// there. Nothing else is changed. An error that a person must remedy is a
// *fault.Error with the code MISCONFIGURED. Warnings are about how the Redis is
// set up; one that does not let itself be asked gives none.
func (r *Redis) Check(ctx context.Context) (warnings []string, err error) {
	if err := r.Ping(ctx); err != nil {
		return nil, err
	}
	if err := r.checkMode(ctx); err != nil {
		return nil, err
	}
	if err := r.checkSchema(ctx); err != nil {
		return nil, err
	}
	return r.warnings(ctx)
}

// checkMode finds a node of a Cluster that is addressed as a single server.
func (r *Redis) checkMode(ctx context.Context) error {
	if _, isCluster := r.durable.(*redis.ClusterClient); isCluster {
		return nil
	}
	info, err := r.durable.Info(ctx, "cluster").Result()
	if err == nil && strings.Contains(info, "cluster_enabled:1") {
		return fault.New(fault.Misconfigured, "HITOTSU_REDIS_URL leads to a node of a Redis Cluster; name at least one more "+
			"node in it (redis://host:6379?addr=host2:6379)")
	}
	return nil // who may not ask INFO may well use the rest
}

func (r *Redis) checkSchema(ctx context.Context) error {
	have, err := r.schema(ctx)
	if errors.Is(err, redis.Nil) {
		if err := r.checkEmpty(ctx); err != nil {
			return err
		}
		if err := r.durable.SetNX(ctx, r.prefix+schemaKind, redisSchema, 0).Err(); err != nil {
			return redisError(ctx, err)
		}
		have, err = r.schema(ctx) // another process may have been faster
	}
	switch {
	case err == nil && have == redisSchema:
		return nil
	case err == nil || redis.HasErrorPrefix(err, "WRONGTYPE"):
		return foreignKeys()
	default:
		return redisError(ctx, err)
	}
}

func (r *Redis) schema(ctx context.Context) (string, error) {
	return r.durable.Get(ctx, r.prefix+schemaKind).Result()
}

func foreignKeys() error {
	return fault.New(fault.Misconfigured, "Redis holds keys under HITOTSU_REDIS_PREFIX that another version of hitotsu "+
		"or another program wrote; nothing was changed: run that version, or set another HITOTSU_REDIS_PREFIX or database")
}

var errForeignKey = errors.New("store: a key of somebody else")

// checkEmpty reports whether every key under the prefix is of a kind that this
// version writes: after FLUSHALL, gateways that went on have written without the
// mark.
func (r *Redis) checkEmpty(ctx context.Context) error {
	own := r.prefix + ":"
	err := eachMaster(ctx, r.durable, func(ctx context.Context, node redis.Cmdable) error {
		keys := node.Scan(ctx, 0, globEscape(own)+"*", scanCount).Iterator()
		for keys.Next(ctx) {
			if !ownKey(strings.TrimPrefix(keys.Val(), r.prefix)) {
				return errForeignKey
			}
		}
		return keys.Err()
	})
	if errors.Is(err, errForeignKey) {
		return foreignKeys()
	}
	return redisError(ctx, err)
}

func ownKey(rest string) bool {
	for _, kind := range []string{documentsKind, cacheKind, topicsKind, locksKind, quotaKind} {
		if strings.HasPrefix(rest, kind) {
			return true
		}
	}
	return rest == schemaKind
}

// warnings looks for a set-up that may lose documents.
func (r *Redis) warnings(ctx context.Context) ([]string, error) {
	var (
		mu  sync.Mutex
		all = map[string]bool{}
	)
	err := eachMaster(ctx, r.durable, func(ctx context.Context, node redis.Cmdable) error {
		found := setupOf(ctx, node)
		mu.Lock()
		defer mu.Unlock()
		for _, warning := range found {
			all[warning] = true
		}
		return ctx.Err()
	})
	var out []string
	for _, warning := range []string{warnEvicts, warnForgets, warnLate} {
		if all[warning] {
			out = append(out, warning)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("store: redis: %w", err)
	}
	return out, nil
}

const (
	warnEvicts = "Redis may evict credentials when its memory is full; set maxmemory-policy to noeviction or a volatile " +
		"one, or give the gateway a Redis of its own"
	warnForgets = "Redis does not write to disk, so credentials are lost with it; set appendonly yes and appendfsync " +
		"always"
	warnLate = "Redis may lose the last credentials in a crash; set appendfsync always"
)

// setupOf asks one server. A managed one may refuse to tell.
func setupOf(ctx context.Context, node redis.Cmdable) (warnings []string) {
	memory, _ := node.Info(ctx, "memory").Result()
	if strings.Contains(memory, "maxmemory_policy:allkeys") && !strings.Contains(memory, "maxmemory:0\r") {
		warnings = append(warnings, warnEvicts)
	}
	disk, _ := node.Info(ctx, "persistence").Result()
	fsync, _ := node.ConfigGet(ctx, "appendfsync").Result()
	switch {
	case strings.Contains(disk, "aof_enabled:0"):
		warnings = append(warnings, warnForgets)
	case fsync["appendfsync"] != "" && fsync["appendfsync"] != "always":
		warnings = append(warnings, warnLate)
	}
	return warnings
}
