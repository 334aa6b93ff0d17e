package store

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// cacheBatch is how many values travel in one round trip.
const cacheBatch = 256

// GetMany implements Cache. A key that holds something else than a value of the
// cache counts as empty; SetMany writes over it.
func (r *Redis) GetMany(ctx context.Context, keys []string) ([][]byte, error) {
	if err := checkKeys(keys); err != nil {
		return nil, err
	}
	values := make([][]byte, len(keys))
	for from := 0; from < len(keys); from += cacheBatch {
		to := min(from+cacheBatch, len(keys))
		if err := r.getBatch(ctx, keys[from:to], values[from:to]); err != nil {
			return nil, redisError(ctx, err)
		}
	}
	return values, nil
}

func (r *Redis) getBatch(ctx context.Context, keys []string, values [][]byte) error {
	_, isCluster := r.quick.(*redis.ClusterClient)
	switch {
	case len(keys) == 1:
		return found(r.quick.Get(ctx, r.prefix+cacheKind+keys[0]), &values[0])
	case isCluster:
		// MGET takes keys of one slot only, and ours are spread evenly: the
		// client sends a pipeline to each node that has some.
		commands, err := r.quick.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, key := range keys {
				p.Get(ctx, r.prefix+cacheKind+key)
			}
			return nil
		})
		if len(commands) != len(keys) {
			return err
		}
		for i, command := range commands {
			if get, ok := command.(*redis.StringCmd); ok {
				if err := found(get, &values[i]); err != nil {
					return err
				}
			}
		}
		return nil
	}
	full := make([]string, len(keys))
	for i, key := range keys {
		full[i] = r.prefix + cacheKind + key
	}
	answers, err := r.quick.MGet(ctx, full...).Result()
	for i, answer := range answers {
		if value, ok := answer.(string); ok {
			values[i] = []byte(value)
		}
	}
	return err
}

// found takes the value of a GET over, if there is one.
func found(command *redis.StringCmd, value *[]byte) error {
	got, err := command.Bytes()
	if err == nil {
		*value = got
		return nil
	}
	if errors.Is(err, redis.Nil) || redis.HasErrorPrefix(err, "WRONGTYPE") {
		return nil
	}
	return err
}

// SetMany implements Cache.
func (r *Redis) SetMany(ctx context.Context, entries []Entry) error {
	if err := checkEntries(entries); err != nil {
		return err
	}
	if len(entries) == 1 {
		return redisError(ctx, r.set(ctx, r.quick, &entries[0]).Err())
	}
	for from := 0; from < len(entries); from += cacheBatch {
		_, err := r.quick.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i := from; i < min(from+cacheBatch, len(entries)); i++ {
				r.set(ctx, p, &entries[i])
			}
			return nil
		})
		if err != nil {
			return redisError(ctx, err)
		}
	}
	return nil
}

func (r *Redis) set(ctx context.Context, c redis.Cmdable, e *Entry) *redis.StatusCmd {
	return c.Set(ctx, r.prefix+cacheKind+e.Key, e.Value, max(e.TTL, time.Millisecond))
}

// DropPrefix implements Cache. A value that is set meanwhile may stay.
func (r *Redis) DropPrefix(ctx context.Context, prefix string) error {
	if err := checkPrefix(prefix); err != nil {
		return err
	}
	match := globEscape(r.prefix+cacheKind+prefix) + "*"
	return redisError(ctx, eachMaster(ctx, r.durable, func(ctx context.Context, node redis.Cmdable) error {
		for cursor := uint64(0); ; {
			keys, next, err := node.Scan(ctx, cursor, match, scanCount).Result()
			if err != nil {
				return err
			}
			if err := unlink(ctx, node, keys); err != nil {
				return err
			}
			if cursor = next; cursor == 0 {
				return nil
			}
		}
	}))
}

// unlink removes keys one by one, as they may be of different slots.
func unlink(ctx context.Context, node redis.Cmdable, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := node.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, key := range keys {
			p.Unlink(ctx, key)
		}
		return nil
	})
	return err
}
