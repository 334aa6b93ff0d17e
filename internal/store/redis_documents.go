package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A document is a hash of its version (v), its data (d) and the mark of the
// write that made it (m). Each script touches one key, so that it works on a
// Cluster.
//
// The client repeats a command whose answer was lost. The mark lets the script
// see that it has run already. Versions follow the server's clock so that none
// comes back after a Delete.
const (
	fieldVersion = "v"
	fieldData    = "d"
)

const (
	putScript = `
local have = redis.call('HMGET', KEYS[1], 'v', 'm')
local current = have[1] or '0'
if current ~= ARGV[1] then
  if have[2] == ARGV[3] then return current end
  return '0'
end
local now = redis.call('TIME')
local version = now[1] * 1000000 + now[2]
if version <= tonumber(current) then version = tonumber(current) + 1 end
version = string.format('%.0f', version)
redis.call('HSET', KEYS[1], 'v', version, 'm', ARGV[3], 'd', ARGV[2])
return version`

	deleteScript = `
local current = redis.call('HGET', KEYS[1], 'v')
if not current then return redis.call('EXISTS', KEYS[1]) == 0 and 1 or 0 end
if current ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
return 1`
)

// Get implements Documents.
func (r *Redis) Get(ctx context.Context, key string) (Document, error) {
	if err := checkKey(key); err != nil {
		return Document{}, err
	}
	fields, err := r.durable.HMGet(ctx, r.prefix+documentsKind+key, fieldVersion, fieldData).Result()
	if err != nil {
		return Document{}, redisError(ctx, err)
	}
	if fields[0] == nil && fields[1] == nil {
		return Document{}, ErrNotFound
	}
	version, _ := fields[0].(string)
	value, hasValue := fields[1].(string)
	n, err := strconv.ParseUint(version, 10, 64)
	if err != nil || n == 0 || !hasValue {
		return Document{}, ErrCorrupt
	}
	return Document{Value: []byte(value), Version: n}, nil
}

// Put implements Documents. With RedisOptions.WaitReplicas it is ErrUnavailable
// if the document is written but too few replicas have it.
func (r *Redis) Put(ctx context.Context, key string, value []byte, expected uint64) (uint64, error) {
	if err := errors.Join(checkKey(key), checkValue(value)); err != nil {
		return 0, err
	}
	keys := []string{r.prefix + documentsKind + key}
	args := []any{strconv.FormatUint(expected, 10), value, rand.Text()}
	put := func() (string, error) { return r.putIf.Run(ctx, r.durable, keys, args...).Text() }
	if r.wait > 0 {
		put = func() (string, error) { return r.putReplicated(ctx, keys, args) }
	}
	answer, err := put()
	if err != nil {
		return 0, redisError(ctx, err)
	}
	version, err := strconv.ParseUint(answer, 10, 64)
	if err != nil {
		return 0, ErrCorrupt
	}
	if version == 0 {
		return 0, ErrConflict
	}
	return version, nil
}

const (
	// waitTime is how long replicas may take; it is below the time of one
	// command.
	waitTime = time.Second
	// waitAttempts is how often a write looks for the server that has the slot.
	waitAttempts = 4
)

// putReplicated writes and then waits for replicas. WAIT speaks of the writes
// of its own connection, so both go to the same server in one pipeline; on a
// Cluster it has no key that would lead it there.
func (r *Redis) putReplicated(ctx context.Context, keys []string, args []any) (string, error) {
	var err error
	for range waitAttempts {
		var node redis.Cmdable = r.durable
		cluster, isCluster := r.durable.(*redis.ClusterClient)
		if isCluster {
			if node, err = cluster.MasterForKey(ctx, keys[0]); err != nil {
				return "", err
			}
		}
		var written, have *redis.Cmd
		_, err = node.Pipelined(ctx, func(p redis.Pipeliner) error {
			written = r.putIf.Eval(ctx, p, keys, args...)
			have = p.Do(ctx, "WAIT", r.wait, waitTime.Milliseconds())
			return nil
		})
		if err == nil {
			return enough(written, have, r.wait)
		}
		if moved := redis.HasErrorPrefix(err, "MOVED") || redis.HasErrorPrefix(err, "READONLY"); !isCluster || !moved {
			return "", err
		}
		cluster.ReloadState(ctx) // the mark in args makes it safe to write again
	}
	return "", err
}

// enough returns what a write answered if replicas have it, or nothing was
// written.
func enough(written, have *redis.Cmd, wanted int) (string, error) {
	answer, err := written.Text()
	if err != nil || answer == "0" {
		return answer, err
	}
	n, err := have.Int()
	if err == nil && n < wanted {
		err = fmt.Errorf("%d of %d replicas have the write", n, wanted)
	}
	return answer, err
}

// Delete implements Documents.
func (r *Redis) Delete(ctx context.Context, key string, expected uint64) error {
	if err := checkKey(key); err != nil {
		return err
	}
	keys := []string{r.prefix + documentsKind + key}
	done, err := r.deleteIf.Run(ctx, r.durable, keys, strconv.FormatUint(expected, 10)).Int()
	if err != nil {
		return redisError(ctx, err)
	}
	if done == 0 {
		return ErrConflict
	}
	return nil
}

// scanCount is how many keys one SCAN looks at.
const scanCount = 1000

// List implements Documents.
func (r *Redis) List(ctx context.Context, prefix string) ([]string, error) {
	if err := checkPrefix(prefix); err != nil {
		return nil, err
	}
	var (
		mu    sync.Mutex
		keys  []string
		own   = r.prefix + documentsKind
		match = globEscape(own+prefix) + "*"
	)
	err := eachMaster(ctx, r.durable, func(ctx context.Context, node redis.Cmdable) error {
		found := node.Scan(ctx, 0, match, scanCount).Iterator()
		for found.Next(ctx) {
			mu.Lock()
			keys = append(keys, strings.TrimPrefix(found.Val(), own))
			mu.Unlock()
		}
		return found.Err()
	})
	if err != nil {
		return nil, redisError(ctx, err)
	}
	slices.Sort(keys) // SCAN has no order and may return a key twice
	return slices.Compact(keys), nil
}
